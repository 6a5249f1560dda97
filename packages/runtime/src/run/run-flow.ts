import { openStore } from '@millrace/artifact-store'
import { type Clock, constructFlow, type Executor, type Graph, type RunRecord, type StepOptions, systemClock } from '@millrace/core-graph'
import type { FlowModule } from '../flow-module.ts'
import { defaultWorkers } from '../local/default-workers.ts'
import { LocalExecutor } from '../local/local-executor.ts'
import { Reuse } from '../resume/reuse.ts'
import { readPolicy } from '../schedule/step-policy.ts'
import { collectFields } from '../task/artifact-fields.ts'
import { beginRun } from './begin-run.ts'
import { RoutingExecutor } from './routing-executor.ts'
import type { RunEvent } from './run-events.ts'
import { RunKeeper } from './run-keeper.ts'
import { type RunFailure, RunLoop } from './run-loop.ts'

/** What to run, and how. */
export interface RunOptions {
  readonly module: FlowModule
  readonly graph: Graph
  /** The datastore: a path or a URL. */
  readonly root: string
  /**
   * Values after parsing, defaults and validation, files as `FileContent`; what is absent is `undefined` in every step.
   * Those that `resume.origin` has are taken from there.
   */
  readonly parameters: ReadonlyMap<string, unknown>
  readonly username: string
  /** Tasks at a time on this machine. Default: the number of cores, at most 16. */
  readonly maxWorkers?: number
  /** Where some of the steps run, and which; the others run on this machine. The run closes it. */
  readonly remote?: { readonly executor: Executor; readonly steps: ReadonlySet<string> }
  /** The most items of one foreach. Default 10,000. */
  readonly maxNumSplits?: number
  /** The most that is kept of a task's stdout, and of its stderr, in MB. Default 10. */
  readonly maxLogSizeMB?: number
  /** A new process for every task. Default `false`. */
  readonly isolate?: boolean
  /** Makes every commit survive a power cut, for about 2 ms a task. Default `false`. */
  readonly durable?: boolean
  /** Options in place of a step's own, by step. */
  readonly stepOptions?: ReadonlyMap<string, StepOptions>
  /** Takes over what an earlier run has done, by reference, and runs the rest with today's code. */
  readonly resume?: ResumeOptions
  readonly tags?: readonly string[]
  readonly systemTags?: readonly string[]
  /** Default `user:<username>`. */
  readonly namespace?: string
  /** Aborting it interrupts the run; nothing is left running when `runFlow` settles. */
  readonly signal?: AbortSignal
  readonly onEvent?: (event: RunEvent) => void
  readonly clock?: Clock
}

/** What a run goes on from. */
export interface ResumeOptions {
  readonly origin: RunRecord
  /** This step and all that comes after it run again. Default: all that succeeded is taken over. */
  readonly from?: string
}

/** How a run ended: `record.status` is `succeeded`, `failed` or `interrupted`. */
export interface RunResult {
  readonly record: RunRecord
  readonly failure?: RunFailure
}

/**
 * Runs a flow from `start` to its end, each task committed by one atomic write.
 *
 * @throws MillraceError `unserializable-artifact` for a parameter that cannot be stored; `invalid-parameter` for a file that has changed or vanished; `not-writable`, `disk-full` or `store-failed` if the run's own record cannot be
 * written. What goes wrong in a task is no error here but the result's `failure`.
 * @throws RangeError for limits that are not positive.
 * @throws the signal's reason if it is aborted before the run exists.
 */
export async function runFlow(options: RunOptions): Promise<RunResult> {
  const {
    module,
    clock = systemClock,
    maxWorkers = defaultWorkers(),
    maxNumSplits = 10_000,
    maxLogSizeMB = 10,
    onEvent = () => {},
  } = options
  for (const [name, value] of Object.entries({ maxWorkers, maxNumSplits, maxLogSizeMB })) {
    if (!(value > 0)) throw new RangeError(`${name} must be above 0, not ${value}.`)
  }
  const { name: flow, steps } = module.definition
  const policies = new Map([...steps].map(([step, definition]) => [step, readPolicy(options.stepOptions?.get(step) ?? definition.options)]))
  const durable = options.durable ?? false
  const store = openStore(options.root, { durable })
  const local = new LocalExecutor({
    store,
    moduleUrl: module.moduleUrl,
    flow,
    maxWorkers,
    isolate: options.isolate ?? false,
    maxLogBytes: maxLogSizeMB * 1e6,
  })
  const { remote, resume } = options
  const executor = remote ? new RoutingExecutor({ local, remote: remote.executor, isRemote: (step) => remote.steps.has(step) }) : local
  let keeper: RunKeeper | undefined
  try {
    // The first worker starts while the run is being recorded.
    if (!remote?.steps.has('start')) local.warm()
    const { run, originRecords } = await beginRun(store, options, clock)
    const kept = new RunKeeper(store, run, clock)
    keeper = kept
    onEvent({ kind: 'run-started', at: clock.now(), run })
    const loop = new RunLoop({
      graph: options.graph,
      executor,
      store,
      clock,
      onEvent,
      initialFields: () => collectFields(constructFlow(module.definition.flowClass)).values,
      reuse:
        resume && new Reuse({ graph: options.graph, records: originRecords, ...(resume.from === undefined ? {} : { from: resume.from }) }),
      context: { run, root: store.url, durable, maxNumSplits, policyOf: (step) => policies.get(step) ?? readPolicy({}) },
    })
    const { status, failure } = await loop.run(options.signal)
    const error = failure && { ...failure.error, subject: `${failure.step}/${failure.task}` }
    const [record] = await Promise.all([
      kept.finish(status, error).catch((problem: unknown) => {
        if (!failure) throw problem
        // The failure that the run had is told; that its record could not be written too is the same trouble again.
        return { ...kept.record, status }
      }),
      executor.close(status),
    ])
    onEvent({ kind: 'run-finished', at: clock.now(), run: record })
    return { record, ...(failure ? { failure } : {}) }
  } finally {
    await Promise.all([keeper?.stop(), executor.close('the run has ended')])
  }
}
