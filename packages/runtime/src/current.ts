import { processWide } from './process-wide.ts'

/** Where the code that asks is running. Outside a step every field but `isRunning` is `undefined`. */
export interface Current {
  readonly isRunning: boolean
  readonly flowName: string | undefined
  readonly runId: string | undefined
  readonly stepName: string | undefined
  readonly taskId: string | undefined
  /** From 0. */
  readonly attempt: number | undefined
  /** `Flow/run/step/task`. */
  readonly pathspec: string | undefined
  /** The run that this one resumes. */
  readonly originRunId: string | undefined
  readonly tags: readonly string[] | undefined
  readonly namespace: string | undefined
  readonly username: string | undefined
  readonly parameterNames: readonly string[] | undefined
  /** A folder for this task's temporary files; removed when the task ends. */
  readonly tempdir: string | undefined
}

/** What {@link setCurrent} takes; `tempdir` makes the folder when it is first asked for. */
export type CurrentTask = { readonly [Name in Exclude<keyof Current, 'isRunning' | 'tempdir'>]: Current[Name] } & {
  readonly tempdir: () => string
}

const holder = processWide<{ task: CurrentTask | undefined }>('current', () => ({ task: undefined }))

/** Tells which task runs from now on; `undefined` when it has ended. */
export function setCurrent(task: CurrentTask | undefined): void {
  holder.task = task
}

/** The task that runs now: `current.runId`, `current.taskId`, `current.tags` and so on. */
export const current: Current = {
  get isRunning() {
    return holder.task !== undefined
  },
  get flowName() {
    return holder.task?.flowName
  },
  get runId() {
    return holder.task?.runId
  },
  get stepName() {
    return holder.task?.stepName
  },
  get taskId() {
    return holder.task?.taskId
  },
  get attempt() {
    return holder.task?.attempt
  },
  get pathspec() {
    return holder.task?.pathspec
  },
  get originRunId() {
    return holder.task?.originRunId
  },
  get tags() {
    return holder.task?.tags
  },
  get namespace() {
    return holder.task?.namespace
  },
  get username() {
    return holder.task?.username
  },
  get parameterNames() {
    return holder.task?.parameterNames
  },
  get tempdir() {
    return holder.task?.tempdir()
  },
}
