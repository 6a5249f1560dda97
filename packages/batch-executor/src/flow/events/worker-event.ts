import type { LogLine, TaskEvent, TaskKey, TaskRecord, TaskSpec } from '@millrace/core-graph'

/**
 * What a worker tells the scheduler: what happened to its tasks, and about itself. `interrupted` is no end: the attempt has no record and may be run again by
 * another worker, under the same number.
 */
export type WorkerEvent =
  | { readonly kind: 'up' | 'down'; readonly at: Date }
  | { readonly kind: 'interrupted'; readonly task: TaskKey; readonly at: Date }
  | TaskEvent

/** Whether an event is about the worker itself. */
export const isOfWorker = (event: WorkerEvent): event is Extract<WorkerEvent, { kind: 'up' | 'down' }> =>
  event.kind === 'up' || event.kind === 'down'

type Told = {
  readonly kind: WorkerEvent['kind']
  readonly task?: TaskKey
  readonly at?: string
  readonly lines?: readonly (readonly [at: number, stream: 'o' | 'e', text: string])[]
  readonly record?: Omit<TaskRecord, 'artifacts' | 'frames'> & Pick<Partial<TaskRecord>, 'artifacts'>
  /** The names of artifacts that are passed on as they were. */
  readonly passedOn?: readonly string[]
  readonly rest?: object
}

/** One line for an event. What the scheduler knows already is left out: the frames of a task, and the artifacts that it passes on. */
export function encodeEvent(event: WorkerEvent, spec?: TaskSpec): string {
  return `${JSON.stringify(toTold(event, spec))}\n`
}

function toTold(event: WorkerEvent, spec: TaskSpec | undefined): Told {
  switch (event.kind) {
    case 'log':
      return {
        kind: 'log',
        task: event.task,
        lines: event.lines.map(({ at, stream, text }) => [at.getTime(), stream === 'stdout' ? 'o' : 'e', text]),
      }
    case 'finished': {
      const { artifacts, frames: _frames, ...record } = event.record
      const known = inheritedOf(spec)
      const isKnown = (name: string): boolean => Object.hasOwn(known, name) && known[name]?.sha256 === artifacts[name]?.sha256
      return {
        kind: 'finished',
        task: event.task,
        record: { ...record, artifacts: Object.fromEntries(Object.entries(artifacts).filter(([name]) => !isKnown(name))) },
        passedOn: Object.keys(artifacts).filter(isKnown),
      }
    }
    case 'lost': {
      const { kind, task, at, ...rest } = event
      return { kind, task, at: at.toISOString(), rest }
    }
    case 'started':
    case 'interrupted':
      return { kind: event.kind, task: event.task, at: event.at.toISOString() }
    default:
      return { kind: event.kind, at: event.at.toISOString() }
  }
}

/**
 * The events of a piece. `specOf` gives the spec of a task, whose refs and frames the record of a finished one then shares: ten thousand records hold each once.
 * An event of a task that it does not know is left out.
 */
export function parseEvents(body: Uint8Array, specOf: (key: TaskKey) => TaskSpec | undefined): WorkerEvent[] {
  return Buffer.from(body)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : fromTold(JSON.parse(line), specOf)))
}

function fromTold(told: Told, specOf: (key: TaskKey) => TaskSpec | undefined): WorkerEvent[] {
  const { kind, task, at = '', lines = [], record, passedOn = [], rest } = told
  if (!task) return kind === 'up' || kind === 'down' ? [{ kind, at: new Date(at) }] : []
  const spec = specOf(task)
  if (!spec) return []
  if (kind === 'log') return [{ kind, task, lines: lines.map(toLine) }]
  if (kind === 'finished' && record) {
    const known = inheritedOf(spec)
    const passed = passedOn.map((name) => [name, known[name]] as const)
    return [
      {
        kind,
        task,
        record: { ...record, artifacts: { ...Object.fromEntries(passed), ...record.artifacts }, frames: spec.frames } as TaskRecord,
      },
    ]
  }
  return [{ kind, task, at: new Date(at), ...rest } as WorkerEvent]
}

const inheritedOf = (spec: TaskSpec | undefined): TaskRecord['artifacts'] => (spec && !spec.join ? (spec.inputs[0]?.artifacts ?? {}) : {})

const toLine = ([at, letter, text]: readonly [number, 'o' | 'e', string]): LogLine => ({
  at: new Date(at),
  stream: letter === 'o' ? 'stdout' : 'stderr',
  text,
})
