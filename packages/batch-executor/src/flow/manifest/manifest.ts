import type { SplitFrame, TaskInput, TaskSpec } from '@millrace/core-graph'

/** What the tasks of a manifest have in common, and how long each one's own part is. */
export interface ManifestHead {
  readonly version: 1
  readonly shared: SharedSpec
  /** Every input that several tasks may have, once. */
  readonly inputs: readonly TaskInput[]
  /** Every split that several tasks are in, once. */
  readonly frames: readonly SplitFrame[]
  /** Of each task's own part, in bytes, in the order of the tasks. */
  readonly lengths: readonly number[]
}

type SharedSpec = Omit<TaskSpec, 'task' | 'attempt' | 'inputs' | 'frames'>

/** A task's own part: indices into the head's inputs and frames, and the innermost frame where no other task has it. */
interface OwnPart {
  readonly task: string
  readonly attempt: number
  readonly inputs: readonly number[]
  readonly frames: readonly number[]
  readonly frame?: SplitFrame
}

/** A manifest's bytes, and where in them its head ends. */
export interface EncodedManifest {
  readonly body: Uint8Array
  readonly headBytes: number
}

/** Gives each distinct object a number, in the order in which they come. */
class Interned<T extends object> {
  readonly values: T[] = []
  readonly #numbers = new Map<T, number>()

  numberOf(value: T): number {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    this.values.push(value)
    this.#numbers.set(value, this.values.length - 1)
    return this.values.length - 1
  }
}

/**
 * The tasks of one step as one object: a head, then each task's own part, so that a worker reads the head and the range of its slice in two gets.
 * What tasks share is in the head once: its size grows by about five bytes a task, whatever the artifacts before it.
 *
 * @throws RangeError without tasks.
 */
export function encodeManifest(specs: readonly TaskSpec[]): EncodedManifest {
  const [first] = specs
  if (!first) throw new RangeError('A manifest needs at least one task.')
  const { task: _task, attempt: _attempt, inputs: _inputs, frames: _frames, ...shared } = first
  const inputs = new Interned<TaskInput>()
  const frames = new Interned<SplitFrame>()
  const parts = specs.map((spec) => {
    const own = spec.frames.at(-1)
    const outer = spec.frames.slice(0, -1).map((frame) => frames.numberOf(frame))
    const part: OwnPart = {
      task: spec.task,
      attempt: spec.attempt,
      inputs: spec.inputs.map((input) => inputs.numberOf(input)),
      frames: outer,
      ...(own ? { frame: own } : {}),
    }
    return Buffer.from(`${JSON.stringify(part)}\n`)
  })
  const head: ManifestHead = {
    version: 1,
    shared,
    inputs: inputs.values,
    frames: frames.values,
    lengths: parts.map(({ length }) => length),
  }
  const headBody = Buffer.from(`${JSON.stringify(head)}\n`)
  return { body: Buffer.concat([headBody, ...parts]), headBytes: headBody.length }
}

/** The head of a manifest, from its first `headBytes` bytes. @throws Error if it was written by another version of Millrace. */
export function parseManifestHead(body: Uint8Array): ManifestHead {
  const head: ManifestHead = JSON.parse(Buffer.from(body).toString('utf8'))
  if (head.version !== 1)
    throw new Error(
      `Could not read a manifest of version ${head.version}: this worker reads version 1. Run the flow again with one Millrace.`,
    )
  return head
}

/** Where in a manifest the own parts of the tasks `start` to `end` are; half-open, in bytes. */
export function manifestRange(
  { lengths }: ManifestHead,
  headBytes: number,
  [start, end]: readonly [number, number],
): readonly [start: number, end: number] {
  const before = lengths.slice(0, start).reduce((sum, length) => sum + length, headBytes)
  return [before, lengths.slice(start, end).reduce((sum, length) => sum + length, before)]
}

/** The tasks whose own parts `body` holds, whole and in order. */
export function parseManifestTasks(head: ManifestHead, body: Uint8Array): TaskSpec[] {
  return Buffer.from(body)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): TaskSpec => {
      const part: OwnPart = JSON.parse(line)
      const outer = part.frames.map((number) => head.frames[number] as SplitFrame)
      return {
        ...head.shared,
        task: part.task,
        attempt: part.attempt,
        inputs: part.inputs.map((number) => head.inputs[number] as TaskInput),
        frames: part.frame ? [...outer, part.frame] : outer,
      }
    })
}
