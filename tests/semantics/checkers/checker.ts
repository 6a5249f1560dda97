import type { JsonValue } from '@millrace/artifact-store'

/** An error as it was recorded. */
interface ErrorFacts {
  readonly name: string
  readonly message: string
}

/** A task as it is told from outside: its latest attempt. */
export interface TaskFacts {
  readonly pathspec: string
  readonly step: string
  readonly task: string
  /** From 0. */
  readonly attempt: number
  readonly status: string
  readonly artifacts: Readonly<Record<string, JsonValue>>
  /** `step/task` of each, in the order of a join's inputs. */
  readonly parents: readonly string[]
  /** The pathspec of the task that it reuses. */
  readonly origin?: string
  readonly error?: ErrorFacts
}

/** A run as it is told from outside. */
export interface RunFacts {
  readonly run: string
  readonly status: string
  readonly user: string
  readonly namespace: string
  readonly tags: readonly string[]
  readonly systemTags: readonly string[]
  readonly originRunId?: string
  readonly error?: ErrorFacts
}

/** Which lines of a task. */
export interface LineChoice {
  readonly stream?: 'stdout' | 'stderr'
}

/** One of the ways to look at what was run. Every behaviour is checked through each. */
export interface Checker {
  readonly name: string
  /** The runs of the flow, newest first. */
  runs(): Promise<readonly RunFacts[]>
  /** The tasks of a run, in any order. */
  tasks(run: string): Promise<readonly TaskFacts[]>
  /** The `step/task` of the tasks that started from each task, by `step/task`. */
  children(run: string): Promise<ReadonlyMap<string, readonly string[]>>
  /** What a run was started with, by name; a parameter without a value is absent. */
  parameters(run: string): Promise<Readonly<Record<string, JsonValue>>>
  /** What the tasks of a run wrote in their latest attempt, by `step/task`; a task that wrote nothing is absent. */
  lines(run: string, choice?: LineChoice): Promise<ReadonlyMap<string, readonly string[]>>
  /** Edits the tags of a run, and gives those that it has then. Rejects where the edit is refused. */
  editTags(run: string, edit: TagEdit): Promise<readonly string[]>
}

/** Tags to add, or tags to remove. */
export type TagEdit = { readonly add: readonly string[] } | { readonly remove: readonly string[] }
