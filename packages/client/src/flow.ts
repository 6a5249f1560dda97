import { listRunSummaries, readRun, readTags } from '@millrace/artifact-store'
import { parsePathspec } from '@millrace/core-graph'
import type { UnknownArtifacts } from './artifact/artifacts-of.ts'
import type { ClientContext } from './context.ts'
import { Listing } from './listing.ts'
import { runNotFound, wrongNamespace } from './lookup-errors.ts'
import { Run, type RunStatus, runStatuses } from './run/run.ts'
import { isInNamespace, settled } from './run/run-life.ts'

/** Which runs are listed. */
export interface RunFilter {
  /** Runs that have all of these tags, the user's and the system's. */
  readonly tags?: readonly string[]
  readonly status?: RunStatus
  /** At most so many of those that fit, from 1. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** A flow's runs, as far as they are in the client's namespace. Knowing of it costs nothing, and does not mean that it ever ran. */
export class Flow<Data = UnknownArtifacts> {
  readonly name: string
  /** The name. */
  readonly pathspec: string
  readonly #context: ClientContext

  constructor(context: ClientContext, name: string) {
    this.name = name
    this.pathspec = name
    this.#context = context
  }

  /**
   * Its runs, the newest first, by number. Two listings and one get for 2,000 runs that have ended; one get more for each that has not, or was not noted, as far as the
   * list is read.
   *
   * @throws RangeError for a status that there is not, or a limit that is no whole number from 1.
   */
  runs({ tags = [], status, limit = Number.POSITIVE_INFINITY, signal }: RunFilter = {}): Listing<Run<Data>> {
    if (status !== undefined && !runStatuses.includes(status))
      throw new RangeError(`Could not list runs by the status ${JSON.stringify(status)}: there are ${runStatuses.join(', ')}.`)
    if (!(limit >= 1) || (limit !== Number.POSITIVE_INFINITY && !Number.isSafeInteger(limit)))
      throw new RangeError(`Could not list ${limit} runs: the limit is a whole number from 1.`)
    const [context, flow] = [this.#context, this.name]
    return new Listing(async function* () {
      let count = 0
      for await (const listed of listRunSummaries(context.store, flow, signal ? { signal } : {})) {
        if (!isInNamespace(listed, context.namespace)) continue
        if (!tags.every((tag) => listed.tags.includes(tag) || listed.systemTags.includes(tag))) continue
        const run = new Run<Data>(context, { flow, summary: await settled(context, flow, listed) })
        if (status !== undefined && run.status !== status) continue
        yield run
        count += 1
        if (count === limit) return
      }
    })
  }

  /**
   * One run by its number. Two gets and a listing.
   *
   * @throws MillraceError `not-found` that names the newest runs; `wrong-namespace` that says how to reach it.
   */
  async run(id: string | number): Promise<Run<Data>> {
    const [context, flow] = [this.#context, this.name]
    const { run = '' } = parsePathspec(`${flow}/${id}`)
    const record = await readRun(context.store, { flow, run })
    if (!record) throw await runNotFound(context, flow, run)
    const tagged = { ...record, tags: await readTags(context.store, { flow, run }, { record }) }
    if (context.namespace !== undefined && !isInNamespace(tagged, context.namespace))
      throw wrongNamespace(`${flow}/${run}`, tagged, context.namespace)
    return new Run(context, { flow, summary: await settled(context, flow, tagged) })
  }

  /** The newest run, whatever its status; `undefined` where there is none in the namespace. */
  async latestRun(): Promise<Run<Data> | undefined> {
    return this.runs().first()
  }

  /** The newest run that succeeded; `undefined` where none did. As cheap as the list of runs: no run before it is read by itself if it has ended. */
  async latestSuccessfulRun(): Promise<Run<Data> | undefined> {
    return this.runs({ status: 'succeeded' }).first()
  }
}
