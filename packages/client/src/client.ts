import { listFlows, openStore } from '@millrace/artifact-store'
import { type Clock, type FlowClass, type FlowSpec, insteadOf, type ObjectStore, parsePathspec, systemClock } from '@millrace/core-graph'
import type { Artifact } from './artifact/artifact.ts'
import type { ArtifactsOf, UnknownArtifacts } from './artifact/artifacts-of.ts'
import type { ClientContext } from './context.ts'
import { Flow } from './flow.ts'
import { Listing } from './listing.ts'
import { flowNotFound, notFound } from './lookup-errors.ts'
import type { Run } from './run/run.ts'
import type { Step } from './run/step.ts'
import { readSettings, type Settings } from './settings/settings.ts'
import { KnownRecords } from './task/known-records.ts'
import type { Task } from './task/task.ts'

/** Where a client looks. What is not given is taken from the settings of the command line. */
export interface ClientOptions {
  /** The datastore: a folder or a URL. Default: `MILLRACE_DATASTORE_ROOT`, the configuration files, else the nearest `.millrace`. */
  readonly root?: string
  /** Only runs of this namespace are shown; `null`: all. Default: that of the settings, `user:<name>`. */
  readonly namespace?: string | null
  /** In place of `root`: a store that is open already. */
  readonly store?: ObjectStore
  readonly clock?: Clock
}

/** What a pathspec leads to: by the number of its parts. */
export type ObjectAt<Pathspec extends string> = string extends Pathspec
  ? Flow | Run | Step | Task | Artifact
  : Pathspec extends `${string}/${string}/${string}/${string}/${string}`
    ? Artifact
    : Pathspec extends `${string}/${string}/${string}/${string}`
      ? Task
      : Pathspec extends `${string}/${string}/${string}`
        ? Step
        : Pathspec extends `${string}/${string}`
          ? Run
          : Flow

function ownSettings(datastoreRoot: string | undefined): Settings {
  const workingDirectory = process.cwd()
  const options = datastoreRoot === undefined ? {} : { datastoreRoot }
  return readSettings({ options, environment: process.env, workingDirectory, flowFolder: workingDirectory })
}

/** Reads what flows did. It holds nothing open, and remembers the records of tasks that it has read, which never change. */
export class Client {
  /** As a URL. */
  readonly root: string
  /** `undefined` where all runs are shown. */
  readonly namespace: string | undefined
  readonly #context: ClientContext

  private constructor(context: ClientContext) {
    this.root = context.store.url
    this.namespace = context.namespace
    this.#context = context
  }

  /**
   * A client with the settings of the command line: environment, `millrace.config.json` in the working directory or above it, the user's configuration. No request.
   *
   * @throws MillraceError `invalid-setting` for settings that cannot be used, such as a root that is empty, or a URL that no store is at.
   */
  static open({ root, namespace, store, clock = systemClock }: ClientOptions = {}): Client {
    const isComplete = store !== undefined && namespace !== undefined
    const settings = isComplete ? undefined : ownSettings(root)
    return new Client({
      store: store ?? openStore(settings?.datastoreRoot ?? '', { durable: settings?.durable ?? false }),
      clock,
      records: new KnownRecords(),
      namespace: namespace === null ? undefined : (namespace ?? settings?.namespace),
    })
  }

  /** The flows of which anything is stored, in whatever namespace, by name. One listing. */
  flows(): Listing<Flow> {
    const context = this.#context
    return new Listing(async function* () {
      for (const name of await listFlows(context.store)) yield new Flow(context, name)
    })
  }

  /**
   * A flow by its class, which types what its tasks left behind, or by name. No request, so it need not have run.
   *
   * @throws MillraceError `invalid-pathspec` for a name that no flow can have.
   */
  flow<F extends FlowSpec>(flowClass: FlowClass<F>): Flow<ArtifactsOf<F>>
  flow(name: string): Flow
  flow(flow: string | FlowClass): Flow<UnknownArtifacts> {
    return new Flow(this.#context, parsePathspec(typeof flow === 'string' ? flow : flow.name).flow)
  }

  /**
   * What `Squares`, `Squares/3`, `Squares/3/compute`, `Squares/3/compute/7` or `Squares/3/compute/7/total` names.
   *
   * @throws MillraceError `invalid-pathspec`; `not-found` that says what there is; `wrong-namespace` for a run of another namespace than this client's.
   */
  async get<const P extends string>(pathspec: P): Promise<ObjectAt<P>> {
    return (await this.#find(pathspec)) as ObjectAt<P>
  }

  async #find(pathspec: string): Promise<Flow | Run | Step | Task | Artifact> {
    const place = parsePathspec(pathspec)
    const flow = this.flow(place.flow)
    if (place.run === undefined) {
      if ((await listFlows(this.#context.store)).includes(place.flow)) return flow
      throw await flowNotFound(this.#context, place.flow)
    }
    const run = await flow.run(place.run)
    if (place.step === undefined) return run
    const step = run.step(place.step)
    if (place.task === undefined) {
      const known = (await run.steps().toArray()).map(({ name }) => name)
      if (known.includes(place.step)) return step
      throw notFound(step.pathspec, insteadOf(place.step, known, 'step'))
    }
    const task = await step.task(place.task)
    return place.artifact === undefined ? task : task.artifact(place.artifact)
  }
}
