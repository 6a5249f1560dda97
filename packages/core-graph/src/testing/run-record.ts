import type { RunRecord } from '../seams/record.ts'

/** A run of Squares by ada that is going on, on another machine, unless `fields` say otherwise. */
export function runRecord(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    version: 1,
    flow: 'Squares',
    run: '1',
    status: 'running',
    createdAt: '2026-11-23T02:43:39.689Z',
    heartbeatAt: new Date().toISOString(),
    parameters: {},
    user: 'ada',
    namespace: 'user:ada',
    tags: [],
    systemTags: ['user:ada', 'runtime:node', 'millrace:0.1.0', 'date:2026-11-23'],
    host: 'elsewhere',
    pid: 1,
    ...fields,
  }
}

/** As {@link runRecord}, of a run that has succeeded. */
export function endedRun(fields: Partial<RunRecord> = {}): RunRecord {
  return runRecord({ status: 'succeeded', heartbeatAt: '2026-11-23T02:44:00.000Z', finishedAt: '2026-11-23T02:44:00.000Z', ...fields })
}
