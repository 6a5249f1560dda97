import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { behaviours } from './behaviours/behaviours.ts'
import { combine } from './combinations/combination.ts'
import { Workshop } from './combinations/flow-folder.ts'
import { flowText } from './combinations/flow-text.ts'
import { shapes } from './shapes/shapes.ts'

const require = createRequire(import.meta.url)

it("the compiler accepts the matrix's flows, and rejects those whose mistake it can see", async () => {
  using workshop = new Workshop()
  const names = behaviours.flatMap((behaviour, at) =>
    combine(behaviour, shapes).flatMap((combination, number) => {
      if (combination.way !== combination.shape.ways[0]) return []
      const name = `b${at}-${number}`
      workshop.folder(name, { 'flow.ts': flowText(combination) })
      return [{ file: `${name}/flow.ts`, text: combination.name, rejected: behaviour.rejected === true }]
    }),
  )
  writeFileSync(
    join(workshop.path, 'tsconfig.json'),
    JSON.stringify({
      extends: new URL('../../tsconfig.base.json', import.meta.url).pathname,
      compilerOptions: {
        noEmit: true,
        declaration: false,
        isolatedDeclarations: false,
        typeRoots: [new URL('../../node_modules/@types', import.meta.url).pathname],
      },
      include: ['*/flow.ts'],
    }),
  )
  const compiler = join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc')
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [compiler, '-p', workshop.path], { cwd: workshop.path, maxBuffer: 1e8 }, (_error, stdout) => resolve(stdout))
  })
  const errors = new Map<string, string>()
  for (const [line, file = ''] of output.matchAll(/^(\S+?)\(\d+,\d+\): error .*$/gm)) if (!errors.has(file)) errors.set(file, line)
  const wrong = names.flatMap(({ file, text, rejected }) =>
    errors.has(file) === rejected ? [] : [`${text}: ${errors.get(file) ?? 'compiles'}`],
  )
  expect(wrong).toEqual([])
  expect(names.some(({ rejected }) => rejected)).toBe(true)
})
