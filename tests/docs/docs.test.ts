import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { strictCompilerOptions } from 'millrace-scripts/strict-compiler-options'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Block, type Page, readPages } from './page.ts'
import { Project } from './project.ts'
import { matches, parseTranscript, steady } from './transcript.ts'

/** With `MILLRACE_UPDATE_DOCS=1` the pages are rewritten with what the commands print today. */
const update = process.env.MILLRACE_UPDATE_DOCS === '1'
const project = new Project()
let stack: Devstack
beforeAll(async () => {
  stack = await startDevstack({ dir: join(project.path, 'stack'), buckets: ['lake'] })
})
afterAll(async () => {
  await stack.close()
  project[Symbol.dispose]()
})
/** Pages whose reader has taken the settings of a devstack. */
const onDevstack = new Set(['batch', 's3'])

const pages = readPages()
const isFile = ({ language, info }: Block): boolean => language !== 'console' && info !== ''
const tsconfig = { compilerOptions: { ...strictCompilerOptions, skipLibCheck: true }, include: ['pages/*/*.ts'] }

for (const { name, blocks } of pages) {
  // A datastore of its own, whatever is in the folders above.
  mkdirSync(join(project.path, 'pages', name, '.millrace'), { recursive: true })
  for (const block of blocks.filter(isFile)) project.write(join('pages', name, block.info), block.text)
}
project.write('tsconfig.json', JSON.stringify(tsconfig))

describe('the code in the documentation', () => {
  test('is a file with a name, or commands and what they print', () => {
    const others = pages.flatMap(({ name, blocks }) =>
      blocks.filter((block) => !isFile(block) && block.language !== 'console').map(({ line, language }) => `${name}:${line} ${language}`),
    )
    expect(others).toEqual([])
  })

  test('type-checks against the types that are published', async () => {
    expect(await project.run('tsc -p .')).toEqual({ code: 0, output: '' })
  })

  test.each(pages)('of the page $name does what stands there', async (page) => {
    const replacements: [shown: string, actual: string][] = []
    const env = onDevstack.has(page.name) ? { ...stack.env, MILLRACE_DATASTORE_ROOT: `s3://lake/${page.name}` } : {}
    for (const block of page.blocks) {
      // A page may show a file again, changed, on its way.
      if (isFile(block)) project.write(join('pages', page.name, block.info), block.text)
      if (block.language !== 'console') continue
      const steps = parseTranscript(block.text)
      for (const { command, output } of steps) {
        const ended = await project.run(command, { folder: join('pages', page.name), env })
        const place = `${page.name}.md, line ${block.line}: $ ${command}`
        const mayFail = block.info === 'fails' && command === steps.at(-1)?.command
        expect(ended.code === 0, `${place}\n${ended.output}`).toBe(!mayFail)
        if (matches(output, ended.output)) continue
        if (!update) expect(steady(ended.output), place).toBe(steady(output))
        replacements.push([
          `$ ${command}\n${output}${output ? '\n' : ''}`,
          `$ ${command}\n${ended.output.trimEnd()}${ended.output ? '\n' : ''}`,
        ])
      }
    }
    if (update) rewrite(page, replacements)
  })
})

function rewrite({ path }: Page, replacements: readonly (readonly [shown: string, actual: string])[]): void {
  let text = readFileSync(path, 'utf8')
  for (const [shown, actual] of replacements) text = text.replace(shown, () => actual)
  writeFileSync(path, text)
}
