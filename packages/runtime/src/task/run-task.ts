import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { commitTask } from '@millrace/artifact-store'
import { formatPathspec, type TaskRecord, type TaskSpec } from '@millrace/core-graph'
import { setCurrent } from '../current.ts'
import { errorToRecord } from '../error-record.ts'
import { type Interruption, runBody, type TaskEnvironment } from './run-body.ts'

/** What became of an attempt. */
export interface TaskOutcome {
  readonly record: TaskRecord
  /** Whether the record is in the datastore; if not, the attempt has failed because it could not be written. */
  readonly committed: boolean
}

/** Runs one attempt at one task and commits it, with one put beside its new blobs. Never rejects: a failure is a record too. */
export async function runTask(spec: TaskSpec, environment: TaskEnvironment, interruption: Interruption): Promise<TaskOutcome> {
  const startedAt = new Date()
  const tempdir = describeCurrent(spec)
  const common = {
    version: 1,
    flow: spec.flow,
    run: spec.run,
    step: spec.step,
    task: spec.task,
    attempt: spec.attempt,
    startedAt: startedAt.toISOString(),
    parents: spec.inputs.map(({ step, task }) => `${step}/${task}`),
    frames: spec.frames,
    pid: process.pid,
    host: hostname(),
  } as const
  const fail = async (error: unknown): Promise<TaskOutcome> => {
    const record: TaskRecord = {
      ...common,
      status: 'failed',
      finishedAt: new Date().toISOString(),
      artifacts: {},
      error: errorToRecord(error),
    }
    const committed = await commitTask(environment.store, record).then(
      () => true,
      () => false,
    )
    return { record, committed }
  }
  try {
    const { artifacts, transition } = await runBody(spec, environment, interruption)
    const record: TaskRecord = {
      ...common,
      status: 'succeeded',
      finishedAt: new Date().toISOString(),
      artifacts,
      ...(transition ? { transition } : {}),
    }
    await commitTask(environment.store, record)
    return { record, committed: true }
  } catch (error) {
    return await fail(error)
  } finally {
    setCurrent(undefined)
    tempdir.remove()
  }
}

/** Fills `current`, and makes the task's folder for temporary files when it is asked for. */
function describeCurrent(spec: TaskSpec): { remove(): void } {
  let folder: string | undefined
  setCurrent({
    flowName: spec.flow,
    runId: spec.run,
    stepName: spec.step,
    taskId: spec.task,
    attempt: spec.attempt,
    pathspec: formatPathspec(spec),
    originRunId: spec.originRunId,
    tags: spec.tags,
    namespace: spec.namespace,
    username: spec.username,
    parameterNames: Object.keys(spec.parameters),
    tempdir: () => (folder ??= mkdtempSync(joinPath(tmpdir(), 'millrace-'))),
  })
  return {
    remove: () => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
