import { type Clock, MillraceError, nearest, type ObjectStore, type RunRecord } from '@millrace/core-graph'
import { type Catalog, tagsOf, withTags } from '../catalog/catalog.ts'
import { readCatalog, updateCatalog } from '../catalog/versions.ts'
import type { RunAddress } from '../layout.ts'
import { readRun } from '../records/run-records.ts'
import { tagLimits, tagProblems } from './tag-problems.ts'

const { mostTags } = tagLimits

/** What becomes of a run's user tags: first some go, then some come. */
export interface TagEdit {
  /** One that the run has already changes nothing. */
  readonly add?: readonly string[]
  /** Each must be there. */
  readonly remove?: readonly string[]
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

/**
 * Edits a run's user tags, all of it or nothing, and gives those that it has then. Works on a run in any state. Of any number of editors at once, in any processes,
 * none loses anything, on nothing but put-if-absent.
 *
 * A get of the run's record, then two listings, a get and a put; more for each editor that was quicker.
 *
 * @throws MillraceError `invalid-tag` that names every tag that breaks the rules, or is a system tag; `not-found` for a run that is not there, and for a tag to remove
 * that the run does not have, naming those that it has; `store-failed`, retryable, if others were quicker a thousand times.
 */
export async function editTags(
  store: ObjectStore,
  run: RunAddress,
  { add = [], remove = [], ...options }: TagEdit,
): Promise<readonly string[]> {
  const name = `${run.flow}/${run.run}`
  refuse(name, tagProblems(add))
  const record = await readRun(store, run)
  if (!record)
    throw new MillraceError('not-found', `Could not edit the tags of ${name}: there is no such run in ${store.url}.`, { subject: name })
  refuse(name, [
    ...remove.filter((tag) => record.systemTags.includes(tag)).map((tag) => `The system tag ${JSON.stringify(tag)} cannot be removed.`),
    ...add.filter((tag) => record.systemTags.includes(tag)).map((tag) => `The run has the system tag ${JSON.stringify(tag)} already.`),
  ])
  const change = (catalog: Catalog, isRepeated: boolean): Catalog => {
    const tags = tagsOf(catalog, record)
    // What an earlier attempt may have removed need not be there.
    const missing = isRepeated ? [] : remove.filter((tag) => !tags.includes(tag))
    if (missing.length > 0) throw noSuchTag(name, missing, { ...record, tags })
    const edited = [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])]
    if (edited.length > Math.max(tags.length, mostTags))
      refuse(name, [`A run has at most ${mostTags} tags; it has ${tags.length}, and would have ${edited.length}.`])
    return withTags(catalog, record, edited)
  }
  return tagsOf(await updateCatalog(store, run.flow, { change, ...options }), record)
}

/**
 * A run's user tags as they are now. A listing and two gets; one less where its record has been read.
 *
 * @throws MillraceError `not-found` where there is no such run.
 */
export async function readTags(
  store: ObjectStore,
  run: RunAddress,
  options: { readonly record?: RunRecord; readonly signal?: AbortSignal } = {},
): Promise<readonly string[]> {
  const { record: known, ...requestOptions } = options
  const [record, catalog] = await Promise.all([known ?? readRun(store, run), readCatalog(store, run.flow, requestOptions)])
  const name = `${run.flow}/${run.run}`
  if (!record)
    throw new MillraceError('not-found', `Could not read the tags of ${name}: there is no such run in ${store.url}.`, { subject: name })
  return tagsOf(catalog, record)
}

function refuse(name: string, problems: readonly string[]): void {
  if (problems.length > 0)
    throw new MillraceError('invalid-tag', `Could not edit the tags of ${name}. ${problems.join(' ')}`, { subject: name })
}

function noSuchTag(name: string, missing: readonly string[], { tags, systemTags }: Pick<RunRecord, 'tags' | 'systemTags'>): MillraceError {
  const quoted = missing.map((tag) => JSON.stringify(tag)).join(', ')
  const near = nearest(missing[0] ?? '', tags)
  const known = tags.length === 0 ? 'It has none' : `Its tags are ${tags.map((tag) => JSON.stringify(tag)).join(', ')}`
  const hint = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`
  return new MillraceError(
    'not-found',
    `Could not remove ${quoted} from ${name}: it has no such tag.${hint} ${known}${systemTags.length > 0 ? ', beside the system tags, which stay' : ''}. Nothing was changed.`,
    { subject: missing[0] ?? name },
  )
}
