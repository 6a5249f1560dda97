export { type Duration, parseDuration } from './duration.ts'
export { enumerate } from './enumerate.ts'
export { type ErrorCode, MillraceError, type MillraceErrorOptions } from './errors.ts'
export { type BatchOptions, batchOptionKinds } from './flow/batch-options.ts'
export { constructFlow, type FlowClass, type FlowDefinition, type FlowInstance, readDefinition } from './flow/definition.ts'
export { definitionText } from './flow/definition-text.ts'
export { FileContent, type FileContentOptions } from './flow/file-content.ts'
export {
  bindFlow,
  type FlowBinding,
  FlowSpec,
  type ForeachFrame,
  type ForeachOptions,
  type MergeOptions,
} from './flow/flow-spec.ts'
export type { Inputs, StepName } from './flow/inputs.ts'
export { type FileRequest, ParameterDefinition, type ParameterKind, parameter } from './flow/parameter.ts'
export type { GivenValue, ParameterOptions, PlainParameterOptions, WithoutSchema } from './flow/parameter-kinds.ts'
export type { SchemaFor, StandardSchema } from './flow/standard-schema.ts'
export {
  type Join,
  join,
  type Resources,
  type RetryOptions,
  type Step,
  StepDefinition,
  type StepOptions,
  step,
} from './flow/step.ts'
export type { Graph, GraphNode, Problem } from './graph/graph.ts'
export { insteadOf } from './instead-of.ts'
export { nearest } from './nearest.ts'
export { formatPathspec, isFlowName, isStepName, type Pathspec, parsePathspec } from './pathspec.ts'
export type { Clock } from './seams/clock.ts'
export type { Executor, LogLine, LossReason, RetryPlan, TaskEvent, TaskInput, TaskKey, TaskSpec } from './seams/executor.ts'
export type { GetOptions, ObjectBody, ObjectEntry, ObjectStore, PutOptions } from './seams/object-store.ts'
export type { ArtifactRef, ArtifactTable, ErrorRecord, RunRecord, SplitFrame, TaskRecord, Transition } from './seams/record.ts'
export { longestTimerMs, systemClock } from './seams/system-clock.ts'
