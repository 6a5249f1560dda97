export { main } from '@millrace/cli/main'
export {
  type BatchOptions,
  type Duration,
  type ErrorCode,
  type ErrorRecord,
  type FlowClass,
  FlowSpec,
  type ForeachFrame,
  type ForeachOptions,
  type Inputs,
  type Join,
  join,
  type MergeOptions,
  MillraceError,
  type ParameterOptions,
  parameter,
  type Resources,
  type RetryOptions,
  type StandardSchema,
  type Step,
  type StepOptions,
  step,
} from '@millrace/core-graph'
export { type IncludeFileOptions, includeFile } from '@millrace/include-file'
export { type Current, current, ParallelMapError, type ParallelMapOptions, parallelMap } from '@millrace/runtime'
