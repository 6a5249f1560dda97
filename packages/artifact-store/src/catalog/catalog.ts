import type { RunRecord } from '@millrace/core-graph'

/** What a list of runs shows: a run's record without what only that run's own page needs. */
export type RunSummary = Pick<
  RunRecord,
  | 'run'
  | 'status'
  | 'createdAt'
  | 'heartbeatAt'
  | 'finishedAt'
  | 'user'
  | 'namespace'
  | 'tags'
  | 'systemTags'
  | 'originRunId'
  | 'host'
  | 'pid'
> & {
  /** Without parts, and cut after 300 characters of its message: the whole is in the run's record. */
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string; readonly subject?: string }
}

/** What the tags of a run were edited to. */
export interface EditedTags {
  /** The run's own: a run that was given the number of one that was deleted has nothing to do with its tags. */
  readonly createdAt: string
  readonly tags: readonly string[]
}

/** One version of what is known of a flow's runs beside their own records. */
export interface Catalog {
  /** 0 where no version has been written. */
  readonly sequence: number
  /** Summaries of runs that have ended, by run: a cache of their records, which may lack any of them. */
  readonly runs: ReadonlyMap<string, RunSummary>
  /** The user's tags of the runs whose tags were edited: here, and nowhere else, are they true. A run that is not named has those of its record. */
  readonly tags: ReadonlyMap<string, EditedTags>
}

/** The most summaries that a version holds. Part of no format: a reader takes any number. */
export const maxSummaries = 2_000
const longestMessage = 300

/** The catalog of a flow that has none. */
export const emptyCatalog: Catalog = { sequence: 0, runs: new Map(), tags: new Map() }

/** A record as the catalog keeps it. */
export function summaryOf(record: RunRecord): RunSummary {
  const { run, status, createdAt, heartbeatAt, finishedAt, user, namespace, tags, systemTags, originRunId, host, pid, error } = record
  return {
    run,
    status,
    createdAt,
    heartbeatAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    user,
    namespace,
    tags,
    systemTags,
    ...(originRunId === undefined ? {} : { originRunId }),
    host,
    pid,
    ...(error === undefined ? {} : { error: shortError(error) }),
  }
}

function shortError({ name, message, code, subject }: NonNullable<RunRecord['error']>): NonNullable<RunSummary['error']> {
  const cut = message.length > longestMessage ? `${message.slice(0, longestMessage).toWellFormed()} ...` : message
  return { name, message: cut, ...(code === undefined ? {} : { code }), ...(subject === undefined ? {} : { subject }) }
}

/** `catalog` with these summaries, of which the newest {@link maxSummaries} runs stay; the same catalog where that changes nothing. */
export function withRuns(catalog: Catalog, summaries: Iterable<RunSummary>): Catalog {
  const runs = new Map(catalog.runs)
  let isChanged = false
  for (const summary of summaries) {
    if (JSON.stringify(runs.get(summary.run)) === JSON.stringify(summary)) continue
    runs.set(summary.run, summary)
    isChanged = true
  }
  if (!isChanged) return catalog
  const newest = [...runs].sort(([left], [right]) => Number(right) - Number(left)).slice(0, maxSummaries)
  return { ...catalog, runs: new Map(newest) }
}

/** The user's tags of a run as they are now. */
export function tagsOf({ tags }: Catalog, record: Pick<RunRecord, 'run' | 'createdAt' | 'tags'>): readonly string[] {
  const edited = tags.get(record.run)
  return edited?.createdAt === record.createdAt ? edited.tags : record.tags
}

/** `catalog` where the run of `record` has these tags; the same catalog where it has them. */
export function withTags(catalog: Catalog, record: Pick<RunRecord, 'run' | 'createdAt' | 'tags'>, tags: readonly string[]): Catalog {
  if (isSame(tags, tagsOf(catalog, record))) return catalog
  const edited = new Map(catalog.tags)
  if (isSame(tags, record.tags)) edited.delete(record.run)
  else edited.set(record.run, { createdAt: record.createdAt, tags })
  return { ...catalog, tags: edited }
}

const isSame = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((tag, index) => tag === right[index])
