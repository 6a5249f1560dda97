import { openStore } from '@millrace/artifact-store'
import { expect } from 'vitest'
import type { Scene } from '../behaviours/behaviour.ts'
import type { Checker } from '../checkers/checker.ts'
import { ClientChecker } from '../checkers/client.ts'
import { CommandLineChecker } from '../checkers/command-line.ts'
import type { Context } from '../context.ts'
import type { Combination } from './combination.ts'
import type { Ended, Workshop } from './flow-folder.ts'
import { flowNameOf, flowText } from './flow-text.ts'

let folders = 0

/** Writes a combination's flow, runs its commands, and checks what came out through every checker. What fails is told with the flow and the output. */
export async function runCombination(combination: Combination, workshop: Workshop, context: Context): Promise<void> {
  const { behaviour, shape, way, places } = combination
  const text = flowText(combination)
  folders += 1
  const folder = workshop.folder(`${folders}-${shape.name}`, { ...behaviour.files, 'flow.ts': text })
  const root = context.root(folder)
  const own = { ...context.environment, MILLRACE_DATASTORE_ROOT: root }
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    workshop.run(folder, args, { ...own, ...env })
  const read = (args: readonly string[]): Promise<Ended> => workshop.read(folder, args, own)
  const ended: Ended[] = []
  const commands = behaviour.commands?.(way) ?? [{ args: ['run', ...way.args] }]
  const scene: Scene = {
    flow: flowNameOf(shape.name),
    folder,
    shape,
    way,
    places,
    ended,
    command: run,
    keys: async (prefix) => {
      const keys: string[] = []
      for await (const { key } of openStore(root).list(prefix)) keys.push(key)
      return keys
    },
  }
  let asked = ''
  try {
    for (const { args, env, code = 0, before } of commands) {
      before?.(folder)
      asked = `node flow.ts ${args.join(' ')}`
      const end = await run(args, env)
      ended.push(end)
      expect(end.code, `the exit code of ${asked}`).toBe(code)
    }
    for (const checker of [new CommandLineChecker(read), new ClientChecker({ root, flow: scene.flow })]) {
      asked = `checked through ${checker.name}`
      if (commands.at(-1)?.code === undefined) await checkTasks(checker, combination, String(commands.length))
      await behaviour.check(checker, scene)
    }
  } catch (error) {
    if (error instanceof Error) error.message = [error.message, asked, ...ended.map(transcript), text].join('\n\n')
    throw error
  }
}

/** What holds for every run that succeeds: each step has run as often as the shape says, and each task once. */
async function checkTasks(checker: Checker, { behaviour, way }: Combination, run: string): Promise<void> {
  const tasks = await checker.tasks(run)
  const expected = behaviour.tasks ? behaviour.tasks(way) : way.tasks
  const counts = Object.fromEntries([...Map.groupBy(tasks, ({ step }) => step)].map(([step, all]) => [step, all.length]))
  if (expected) expect(counts).toEqual(expected)
  expect(new Set(tasks.map(({ task }) => task)).size).toBe(tasks.length)
  expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['succeeded']))
}

const transcript = ({ code, stdout, stderr }: Ended): string => `exit code ${code}\nstdout:\n${cut(stdout)}\nstderr:\n${cut(stderr)}`

const cut = (text: string): string => (text.length > 8_000 ? `${text.slice(0, 4_000)}\n...\n${text.slice(-4_000)}` : text)
