import type { ErrorRecord, Executor, TaskEvent, TaskRecord, TaskSpec } from '@millrace/core-graph'
import type { WorkerFailure } from './jobs/worker-jobs.ts'

/** What a task does when it is run: succeed, fail with this error, be lost with it, wait until it is ended, or take its whole worker with it. */
export type Script = (
  spec: TaskSpec,
) =>
  | 'succeed'
  | 'wait'
  | { readonly fails: ErrorRecord }
  | { readonly lost: ErrorRecord }
  | { readonly kills: WorkerFailure }
  | Promise<'succeed'>

/** An executor that runs tasks one after another in this thread, as a script says, and commits their records by `commit`. */
export class ScriptedExecutor implements Executor {
  readonly name = 'scripted'
  /** `task#attempt` of all that began, in order. */
  readonly ran: string[]
  readonly #script: Script
  readonly #commit: (record: TaskRecord) => Promise<unknown>

  constructor(script: Script, commit: (record: TaskRecord) => Promise<unknown>, ran: string[] = []) {
    this.ran = ran
    this.#script = script
    this.#commit = commit
  }

  async *launch(specs: readonly TaskSpec[], signal: AbortSignal): AsyncIterable<TaskEvent> {
    for (const spec of specs) {
      const task = { step: spec.step, task: spec.task, attempt: spec.attempt }
      const at = new Date()
      const cancelled = { kind: 'lost', task, at, reason: 'cancelled', error: { name: 'Error', message: 'ended' } } as const
      if (signal.aborted) {
        yield cancelled
        continue
      }
      this.ran.push(`${spec.task}#${spec.attempt}`)
      yield { kind: 'started', task, at, pid: 7 }
      yield { kind: 'log', task, lines: [{ at, stream: 'stdout', text: `line of ${spec.task}` }] }
      const outcome = await this.#script(spec)
      if (outcome === 'wait') {
        await new Promise((resolve) => (signal.aborted ? resolve(undefined) : signal.addEventListener('abort', resolve)))
        yield cancelled
      } else if (typeof outcome === 'object' && 'lost' in outcome) yield { kind: 'lost', task, at, reason: 'killed', error: outcome.lost }
      else {
        const record = recordOf(spec, typeof outcome === 'object' && 'fails' in outcome ? outcome.fails : undefined)
        await this.#commit(record)
        yield { kind: 'finished', task, record }
      }
    }
  }

  async close(): Promise<void> {}
}

/** The record of an attempt that ended. */
export function recordOf(spec: TaskSpec, error?: ErrorRecord): TaskRecord {
  const at = new Date().toISOString()
  return {
    version: 1,
    flow: spec.flow,
    run: spec.run,
    step: spec.step,
    task: spec.task,
    attempt: spec.attempt,
    status: error ? 'failed' : 'succeeded',
    startedAt: at,
    finishedAt: at,
    artifacts: error ? {} : { ...spec.inputs[0]?.artifacts, own: { sha256: 'b'.repeat(64), sizeBytes: 3, inline: spec.task } },
    parents: [],
    frames: spec.frames,
    ...(error ? { error } : {}),
  }
}
