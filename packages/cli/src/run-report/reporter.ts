import type { Graph } from '@millrace/core-graph'
import type { AfterFailure, RunEvent } from '@millrace/runtime/run'
import { formatCount, formatPlural } from '../render/quantity.ts'
import { formatDuration, formatTime } from '../render/time.ts'
import type { Output } from '../terminal/output.ts'
import { Progress } from './progress.ts'
import { formatTaskLine } from './task-line.ts'
import { stepsWithin } from './wide-steps.ts'

/** Up to this width every task of a foreach has its own start and finish lines. */
const narrow = 10
const summaryIntervalMs = 10_000

/** Tells what happens in a run: what tasks write on stdout, the rest on stderr. Wide foreaches are summed up. */
export class Reporter {
  readonly #output: Output
  readonly #graph: Graph
  readonly #progress = new Progress()
  readonly #quietSteps = new Set<string>()
  readonly #summaryAt = new Map<string, number>()
  readonly #foreachSince = new Map<string, Date>()
  #run = ''
  #ran = false
  readonly #lastPid = new Map<string, number>()

  constructor(output: Output, graph: Graph) {
    this.#output = output
    this.#graph = graph
  }

  /** Takes one event of a run; they come in order. */
  readonly report = (event: RunEvent): void => {
    switch (event.kind) {
      case 'run-started':
        this.#run = event.run.run
        this.#output.note(`${formatTime(event.at)} Run ${event.run.flow}/${event.run.run} has started.`)
        break
      case 'task-started': {
        this.#ran = true
        if (event.pid !== undefined) this.#lastPid.set(`${event.step}/${event.task}`, event.pid)
        const again = event.attempt > 0 ? ` again (attempt ${event.attempt + 1})` : ''
        if (!this.#quietSteps.has(event.step) || again) this.#note(event, `Task is starting${again}.`)
        break
      }
      case 'task-finished':
        this.#lastPid.delete(`${event.step}/${event.task}`)
        if (!this.#quietSteps.has(event.step) && !event.record.error) this.#note(event, 'Task finished successfully.')
        break
      case 'task-failed':
        this.#note(event, `Task failed: ${failureLine(event.error.message, event.next)}`)
        break
      case 'task-reused': {
        const { step, task, origin } = event.record
        if (!this.#quietSteps.has(step)) this.#note({ at: event.at, step, task }, `Task is taken over from ${origin}.`)
        break
      }
      case 'foreach':
        this.#foreach(event)
        break
      case 'log':
        this.#log(event)
        break
      case 'progress':
        this.#advance(event)
        break
      case 'stopping':
        this.#output.status(undefined)
        this.#stop(event)
        break
      case 'run-finished':
        this.#output.status(undefined)
        this.#finish(event)
        break
    }
  }

  #log({ step, task, pid, lines }: Extract<RunEvent, { kind: 'log' }>): void {
    const place = { run: this.#run, step, task, pid: pid ?? this.#lastPid.get(`${step}/${task}`) }
    const { paint } = this.#output
    if (lines.length > 0) this.#output.print(lines.map(({ at, text }) => formatTaskLine(at, place, text, paint)).join('\n'))
  }

  #stop({ at, reason, running }: Extract<RunEvent, { kind: 'stopping' }>): void {
    const what = running === 0 ? 'the run' : formatPlural(running, 'running task')
    this.#output.note(`${formatTime(at)} Stopping ${what}: ${reason}.`)
  }

  #note(event: { at: Date; step: string; task: string; pid?: number | undefined }, text: string): void {
    const place = { run: this.#run, step: event.step, task: event.task, pid: event.pid }
    const { paintError } = this.#output
    this.#output.note(formatTaskLine(event.at, place, paintError('bold', text), paintError))
  }

  #foreach(event: Extract<RunEvent, { kind: 'foreach' }>): void {
    if (!this.#quietSteps.has(event.step)) this.#note(event, `Foreach yields ${formatPlural(event.count, 'task')} of ${event.target}.`)
    this.#foreachSince.set(event.target, event.at)
    if (event.count <= narrow && !this.#output.interactive) return
    for (const step of stepsWithin(this.#graph, event.target)) this.#quietSteps.add(step)
  }

  #advance(event: Extract<RunEvent, { kind: 'progress' }>): void {
    const over = this.#progress.update(event)
    this.#output.status(this.#progress.line())
    if (!this.#quietSteps.has(event.step)) return
    const since = this.#foreachSince.get(event.step) ?? event.at
    const begin = `${formatTime(event.at)} ${this.#output.paintError('green', `[${this.#run}/${event.step}]`)}`
    if (over) {
      const failed = event.failed > 0 ? `, ${formatCount(event.failed)} failed` : ''
      const took = formatDuration(event.at.getTime() - since.getTime())
      this.#output.note(`${begin} ${formatCount(event.done)} of ${formatPlural(event.total, 'task')} finished${failed} in ${took}.`)
      return
    }
    const last = this.#summaryAt.get(event.step) ?? since.getTime()
    if (this.#output.interactive || event.at.getTime() - last < summaryIntervalMs) return
    this.#summaryAt.set(event.step, event.at.getTime())
    this.#output.note(`${begin} ${this.#progress.line() ?? ''}`)
  }

  #finish({ at, run }: Extract<RunEvent, { kind: 'run-finished' }>): void {
    const took = formatDuration(at.getTime() - Date.parse(run.createdAt))
    const ending = { succeeded: 'is done', failed: 'failed', interrupted: 'was interrupted', running: 'goes on' }[run.status]
    this.#output.note(`${formatTime(at)} Run ${run.flow}/${run.run} ${ending} after ${took}.`)
    if (!this.#ran && run.originRunId !== undefined && run.status === 'succeeded')
      this.#output.note(`Nothing had to run: all of ${run.flow}/${run.originRunId} had succeeded. Name a step to run again from there on.`)
  }
}

/** The message's first line, and what follows; a message that ends like no sentence gets its full stop before a second one. */
function failureLine(message: string, next: AfterFailure): string {
  const [first = ''] = message.split('\n', 1)
  const following = whatFollows(next)
  if (following.length === 0) return first
  return [/[.!?…:]$/.test(first) ? first : `${first}.`, ...following].join(' ')
}

function whatFollows(next: AfterFailure): string[] {
  if (next.kind === 'catch') return [`The flow goes on, with the error in ${next.artifact}.`]
  if (next.kind === 'retry')
    return [next.delayMs > 0 ? `It will be tried again in ${formatDuration(next.delayMs)}.` : 'It will be tried again.']
  return []
}
