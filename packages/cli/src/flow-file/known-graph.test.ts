import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FlowSpec, readDefinition, step } from '@millrace/core-graph'
import { checkFlow } from '@millrace/core-graph/graph'
import { expect, it, onTestFinished } from 'vitest'
import { checkOnce } from './known-graph.ts'

class Good extends FlowSpec {
  total = 0
  start = step(() => {
    this.total += 1
    this.next(this.end)
  })
  end = step(() => {})
}

class Bad extends FlowSpec {
  start = step(() => {})
  lost = step(() => {})
}

function folderWithModules(): { readonly flowFile: string; readonly cache: string } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-graph-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules'))
  return { flowFile: join(folder, 'flow.ts'), cache: join(folder, 'node_modules/.cache/millrace') }
}

it('gives what checkFlow gives, the first time, from the cache, and over a torn cache', async () => {
  const { flowFile, cache } = folderWithModules()
  const definition = readDefinition(Good)
  const expected = checkFlow(definition)
  expect(await checkOnce(definition, flowFile)).toEqual(expected)
  const [name] = readdirSync(cache)
  expect(await checkOnce(definition, flowFile)).toEqual(expected)
  writeFileSync(join(cache, name ?? ''), '{"key":')
  expect(await checkOnce(definition, flowFile)).toEqual(expected)
})

it('keeps nothing of a flow with problems, and takes no other flow for it', async () => {
  const { flowFile, cache } = folderWithModules()
  await checkOnce(readDefinition(Good), flowFile)
  const checked = await checkOnce(readDefinition(Bad), flowFile)
  expect(checked).toEqual(checkFlow(readDefinition(Bad)))
  expect(checked.problems.length).toBeGreaterThan(0)
  expect(await checkOnce(readDefinition(Good), flowFile)).toEqual(checkFlow(readDefinition(Good)))
  expect(readdirSync(cache)).toHaveLength(1)
})
