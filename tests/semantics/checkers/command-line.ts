import type { JsonValue } from '@millrace/artifact-store'
import type { Ended } from '../combinations/flow-folder.ts'
import type { Checker, LineChoice, RunFacts, TagEdit, TaskFacts } from './checker.ts'

type Dumped = Omit<TaskFacts, 'step' | 'task'>

/** Looks at runs through the commands `runs`, `dump`, `logs` and `tag`: of the first three each is asked once for a whole run. */
export class CommandLineChecker implements Checker {
  readonly name = 'the command line'
  readonly #command: (args: readonly string[]) => Promise<Ended>
  readonly #answers = new Map<string, Promise<string>>()

  constructor(command: (args: readonly string[]) => Promise<Ended>) {
    this.#command = command
  }

  async runs(): Promise<readonly RunFacts[]> {
    return JSON.parse(await this.#ask('runs', '--all', '--json'))
  }

  async tasks(run: string): Promise<readonly TaskFacts[]> {
    const dumped: readonly Dumped[] = JSON.parse(await this.#ask('dump', run, '--all', '--json'))
    return dumped.map((task) => {
      const [, , step = '', number = ''] = task.pathspec.split('/')
      return { ...task, step, task: number, parents: task.parents.map((parent) => parent.split('/').slice(2).join('/')) }
    })
  }

  async children(run: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const tasks = await this.tasks(run)
    const pairs = tasks.flatMap(({ step, task, parents }) => parents.map((parent) => [parent, `${step}/${task}`] as const))
    const groups = Map.groupBy(pairs, ([parent]) => parent)
    return new Map(tasks.map(({ step, task }) => [`${step}/${task}`, (groups.get(`${step}/${task}`) ?? []).map(([, child]) => child)]))
  }

  async editTags(run: string, edit: TagEdit): Promise<readonly string[]> {
    const [action, tags] = 'add' in edit ? ['add', edit.add] : ['remove', edit.remove]
    const { code, stdout, stderr } = await this.#command(['tag', action, run, ...tags, '--json'])
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout).tags
  }

  /** `dump RUN` shows parameters among the artifacts of the task that the run ended with. */
  async parameters(run: string): Promise<Readonly<Record<string, JsonValue>>> {
    const last: Dumped = JSON.parse(await this.#ask('dump', run, '--json'))
    const own = (await this.tasks(run)).find(({ pathspec }) => pathspec === last.pathspec)?.artifacts ?? {}
    return Object.fromEntries(Object.entries(last.artifacts).filter(([name]) => !(name in own)))
  }

  async lines(run: string, { stream }: LineChoice = {}): Promise<ReadonlyMap<string, readonly string[]>> {
    const text = await this.#ask('logs', run, ...(stream ? [`--${stream}`] : []))
    const lines = new Map<string, string[]>()
    for (const line of text.split('\n').slice(0, -1)) {
      const [, task = '', rest = ''] = /^\[\d+\/(\w+\/\d+)\] (.*)$/.exec(line) ?? [undefined, 'no task', line]
      const known = lines.get(task)
      if (known) known.push(rest)
      else lines.set(task, [rest])
    }
    return lines
  }

  /** A run that has ended does not change: what was asked is not asked again. */
  #ask(...args: readonly string[]): Promise<string> {
    const key = args.join(' ')
    const answer =
      this.#answers.get(key) ??
      this.#command(args).then(({ code, stdout, stderr }) => {
        if (code !== 0) throw new Error(`${key} ended with ${code}:\n${stderr}`)
        return stdout
      })
    this.#answers.set(key, answer)
    return answer
  }
}
