import type { Command } from './command.ts'

/** Each command's module, loaded when it is needed: starting a run loads no other command. In the order of `--help`. */
const loaders: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['run', async () => (await import('./run.ts')).run],
  ['resume', async () => (await import('./resume.ts')).resume],
  ['check', async () => (await import('./check.ts')).check],
  ['show', async () => (await import('./show.ts')).show],
  ['runs', async () => (await import('./runs.ts')).runs],
  ['logs', async () => (await import('./logs.ts')).logs],
  ['dump', async () => (await import('./dump.ts')).dump],
  ['package', async () => (await import('./package.ts')).packageCommand],
  ['batch', async () => (await import('../batch/batch.ts')).batch],
  ['tag', async () => (await import('./tag.ts')).tag],
  ['gc', async () => (await import('./gc.ts')).gc],
])

/** The commands that exist. */
export const commandNames: readonly string[] = [...loaders.keys()]

/** The command of this name, or `undefined`. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return loaders.get(name)?.()
}

/** All commands, for `--help`. */
export async function loadCommands(): Promise<readonly Command[]> {
  return Promise.all([...loaders.values()].map((load) => load()))
}
