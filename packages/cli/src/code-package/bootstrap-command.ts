import { bootstrapProgram } from './bootstrap.ts'

let command: Promise<readonly string[]> | undefined

/** The command of every worker's job: Node and {@link bootstrapProgram}, made short. It is part of the job definition, so it must not differ from flow to flow. */
export function bootstrapCommand(): Promise<readonly string[]> {
  command ??= shorten()
  return command
}

async function shorten(): Promise<readonly string[]> {
  const { transform } = await import('esbuild')
  const { code } = await transform(bootstrapProgram, { minify: true, target: 'node22' })
  return ['node', '-e', code.trim()]
}
