import { artifactToJson, type JsonValue } from '@millrace/artifact-store'
import { Client, type Run, type Task } from '@millrace/client'
import type { Checker, LineChoice, RunFacts, TagEdit, TaskFacts } from './checker.ts'

/** Looks at runs through the client, in the test's own process. */
export class ClientChecker implements Checker {
  readonly name = 'the client'
  readonly #client: Client
  readonly #flow: string

  constructor({ root, flow }: { readonly root: string; readonly flow: string }) {
    this.#client = Client.open({ root, namespace: null })
    this.#flow = flow
  }

  async runs(): Promise<readonly RunFacts[]> {
    const runs = await this.#client.flow(this.#flow).runs().toArray()
    return runs.map(({ id, status, user, namespace, tags, systemTags, originRunId, error }) => ({
      ...{ run: id, status, user, namespace, tags, systemTags },
      ...(originRunId === undefined ? {} : { originRunId }),
      ...(error === undefined ? {} : { error }),
    }))
  }

  async tasks(run: string): Promise<readonly TaskFacts[]> {
    const tasks = await (await this.#run(run)).tasks().toArray()
    return Promise.all(
      tasks.map(async (task) => {
        const artifacts = task.artifacts().map(async (artifact) => [artifact.name, await artifact.json()] as const)
        const latest = task.attempts.at(-1)
        return {
          ...{ pathspec: task.pathspec, step: task.step, task: task.id, status: task.status, attempt: latest?.attempt ?? -1 },
          artifacts: Object.fromEntries(await Promise.all(artifacts)),
          parents: (await task.parents().toArray()).map(placeOf),
          ...(task.origin === undefined ? {} : { origin: task.origin }),
          ...(task.exception === undefined ? {} : { error: task.exception }),
        }
      }),
    )
  }

  async children(run: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const tasks = await (await this.#run(run)).tasks().toArray()
    return new Map(await Promise.all(tasks.map(async (task) => [placeOf(task), (await task.children().toArray()).map(placeOf)] as const)))
  }

  async parameters(run: string): Promise<Readonly<Record<string, JsonValue>>> {
    const values = Object.entries(await (await this.#run(run)).parameters)
    return Object.fromEntries(values.map(([name, value]) => [name, artifactToJson(value)]))
  }

  async lines(run: string, choice: LineChoice = {}): Promise<ReadonlyMap<string, readonly string[]>> {
    const tasks = await (await this.#run(run)).tasks().toArray()
    const logs = tasks.map(async (task) => [placeOf(task), (await task.logLines(choice).toArray()).map(({ text }) => text)] as const)
    return new Map((await Promise.all(logs)).filter(([, lines]) => lines.length > 0))
  }

  async editTags(run: string, edit: TagEdit): Promise<readonly string[]> {
    return (await this.#run(run)).editTags(edit)
  }

  /** Through its pathspec, as a user would. */
  #run(run: string): Promise<Run> {
    return this.#client.get(`${this.#flow}/${run}`) as Promise<Run>
  }
}

const placeOf = ({ step, id }: Task): string => `${step}/${id}`
