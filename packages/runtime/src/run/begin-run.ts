import { hostname } from 'node:os'
import { createRun, listTasks, saveParameters } from '@millrace/artifact-store'
import type { ArtifactTable, Clock, ObjectStore, RunRecord, TaskRecord } from '@millrace/core-graph'
import type { RunOptions } from './run-flow.ts'

/** A run that has its number, and what it goes on from. */
export interface BegunRun {
  readonly run: RunRecord
  /** The latest record of each task of the run that it resumes; none where it resumes none. */
  readonly originRecords: readonly TaskRecord[]
}

/** Stores a run's parameters, reads what it goes on from, and then creates its record, which gives it its number. What fails here, or is aborted, leaves no run. */
export async function beginRun(store: ObjectStore, options: RunOptions, clock: Clock): Promise<BegunRun> {
  const { name: flow } = options.module.definition
  const origin = options.resume?.origin
  const [parameters, originRecords] = await Promise.all([parametersOf(store, options), origin ? listTasks(store, flow, origin.run) : []])
  const now = clock.now().toISOString()
  const run = await createRun(store, flow, {
    version: 1,
    flow,
    status: 'running',
    createdAt: now,
    heartbeatAt: now,
    parameters,
    user: options.username,
    namespace: options.namespace ?? `user:${options.username}`,
    tags: options.tags ?? [],
    systemTags: options.systemTags ?? [],
    ...(origin ? { originRunId: origin.run } : {}),
    host: hostname(),
    pid: process.pid,
    signal: options.signal,
  })
  return { run, originRecords }
}

/** Those of the run that is gone on from, by reference, as far as the flow still has them; the others are stored. */
async function parametersOf(store: ObjectStore, { module, parameters, resume, signal }: RunOptions): Promise<ArtifactTable> {
  const { name: flow, parameters: known } = module.definition
  const taken = resume?.origin.parameters ?? {}
  const own = new Map([...parameters].filter(([name]) => !Object.hasOwn(taken, name)))
  const saved = await saveParameters(store, flow, own, { signal })
  return { ...saved, ...Object.fromEntries(Object.entries(taken).filter(([name]) => known.has(name))) }
}
