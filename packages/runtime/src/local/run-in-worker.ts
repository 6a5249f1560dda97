import type { LogLine, TaskEvent, TaskKey, TaskRecord, TaskSpec } from '@millrace/core-graph'
import { errorRecord, errorToRecord } from '../error-record.ts'
import type { LocalExecutorOptions } from './local-executor.ts'
import { explainLoss, type Loss } from './loss.ts'
import { TaskLog } from './output/task-log.ts'
import { TimeLimit } from './time-limit.ts'
import type { WorkerProcess, WorkerResult } from './workers/worker-process.ts'

const lastLinesKept = 50

/** A task, and who is told of it. */
export interface LocalTask {
  readonly spec: TaskSpec
  /** Where its events go; `null` ends those of its launch. */
  readonly events: { push(event: TaskEvent | null): void }
  /** Ends the task while it runs. */
  cancel: (() => void) | undefined
}

/** Names the attempt that a spec is for. */
export const keyOf = ({ step, task, attempt }: TaskSpec): TaskKey => ({ step, task, attempt })

/** Runs a task in a worker, within its time: tells of its start, its lines and its end, and saves its log. Never rejects. */
export async function runInWorker(
  task: LocalTask,
  worker: WorkerProcess,
  { store, maxLogBytes }: Pick<LocalExecutorOptions, 'store' | 'maxLogBytes'>,
): Promise<WorkerResult> {
  const { spec, events } = task
  const key = keyOf(spec)
  const log = new TaskLog(store, spec, maxLogBytes)
  const lastLines: string[] = []
  let ended: 'timeout' | 'cancelled' | undefined
  const end = (why: 'timeout' | 'cancelled'): void => {
    ended ??= why
    void worker.stop()
  }
  task.cancel = () => end('cancelled')
  const limit = spec.timeoutMs === undefined ? undefined : new TimeLimit(spec.timeoutMs, worker.loaded, () => end('timeout'))
  const { pid } = worker
  events.push({ kind: 'started', task: key, at: new Date(), ...(pid === undefined ? {} : { pid }) })
  const onLines = (lines: readonly LogLine[]): void => {
    const kept = log.add(lines)
    if (kept.length > 0) events.push({ kind: 'log', task: key, lines: kept })
    lastLines.push(...lines.slice(-lastLinesKept).flatMap(({ stream, text }) => (stream === 'stderr' ? text : [])))
    lastLines.splice(0, lastLines.length - lastLinesKept)
  }
  const result = await worker.run(spec, onLines)
  limit?.clear()
  task.cancel = undefined
  if (result.kind === 'done') onLines(describeLeftOver(result).map((text) => ({ at: new Date(), stream: 'stderr', text })))
  await log.close().catch((error: unknown) => events.push({ kind: 'log', task: key, lines: [unsaved(error)] }))
  if (result.kind === 'exit') events.push(lost(key, explainLoss({ spec, exit: result.exit, lastLines, ...(ended ? { ended } : {}) })))
  else if (result.message.committed) events.push({ kind: 'finished', task: key, record: shareRefs(result.message.record, spec) })
  else {
    const error = result.message.record.error ?? errorRecord('store-failed', 'The record could not be written.')
    events.push(lost(key, { reason: 'exited', error }))
  }
  return result
}

function lost(task: TaskKey, loss: Loss): TaskEvent {
  return { kind: 'lost', task, at: new Date(), ...loss }
}

function unsaved(error: unknown): LogLine {
  return { at: new Date(), stream: 'stderr', text: `[this task's log could not be saved: ${errorToRecord(error).message}]` }
}

function describeLeftOver(result: Extract<WorkerResult, { kind: 'done' }>): readonly string[] {
  const { leftOver, record } = result.message
  if (leftOver.length === 0 || record.status === 'failed') return []
  return [`[the step ${record.step} ended and left work running (${leftOver.join(', ')}), which is cut off: await all that it starts]`]
}

/** A record as it came from another process, with the refs that it passes on made the very objects of its input: 10,000 records then hold each once. */
function shareRefs(record: TaskRecord, spec: TaskSpec): TaskRecord {
  const inherited = spec.join ? {} : (spec.inputs[0]?.artifacts ?? {})
  const artifacts = Object.fromEntries(
    Object.entries(record.artifacts).map(([name, ref]) => {
      const known = Object.hasOwn(inherited, name) ? inherited[name] : undefined
      return [name, known?.sha256 === ref.sha256 ? known : ref]
    }),
  )
  return { ...record, artifacts, frames: spec.frames }
}
