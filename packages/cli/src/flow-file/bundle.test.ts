import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { mapPosition } from '../source/source-map.ts'
import { bundleFlow } from './bundle.ts'
import { BundleCache } from './bundle-cache.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-bundle-')))
afterAll(() => rmSync(root, { recursive: true }))
let folder = ''
let count = 0
beforeEach(() => {
  count += 1
  folder = join(root, `case-${count}`)
})

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

async function load(entry: string): Promise<Record<string, unknown>> {
  const cache = join(folder, 'node_modules', '.cache', 'millrace')
  return import(pathToFileURL(new BundleCache(cache, join(folder, entry), '').store(await bundleFlow(join(folder, entry), cache))).href)
}

test('every bundled file keeps its own import.meta, and the flow file hands on that of the bundle', async () => {
  write({
    'flow.ts': `#!/usr/bin/env node
import { own as other, meta as otherMeta } from './lib/other.ts'
enum Colour { Red = 'red' }
export const own = [import.meta.url, import.meta.dirname, import.meta.filename]
export const meta = import.meta
export const colour: string = Colour.Red
export { other, otherMeta }`,
    'lib/other.ts': 'export const own = [import.meta.url, import.meta.dirname, import.meta.filename]\nexport const meta = import.meta',
  })
  const module = await load('flow.ts')
  const paths = (path: string): string[] => [pathToFileURL(path).href, dirname(path), path]
  expect(module.own).toEqual(paths(join(folder, 'flow.ts')))
  expect(module.other).toEqual(paths(join(folder, 'lib/other.ts')))
  expect(module.colour).toBe('red')
  expect((module.meta as ImportMeta).url).toContain('/node_modules/.cache/millrace/flow-ts-')
  expect((module.otherMeta as ImportMeta).filename).toBe(join(folder, 'lib/other.ts'))
})

test('packages stay imports, each as the importing file sees it', async () => {
  write({
    'app/flow.ts': "import { name } from 'thing'\nimport { name as nested } from '../lib/nested.ts'\nexport { name, nested }",
    'app/node_modules/thing/package.json': '{ "name": "thing", "type": "module", "exports": "./index.js" }',
    'app/node_modules/thing/index.js': "export const name = 'the flow’s'",
    'lib/nested.ts': "export { name } from 'thing'",
    'lib/node_modules/thing/package.json': '{ "name": "thing", "type": "module", "exports": "./index.js" }',
    'lib/node_modules/thing/index.js': "export const name = 'the library’s'",
  })
  const cache = join(folder, 'app/node_modules/.cache/millrace')
  const bundle = await bundleFlow(join(folder, 'app/flow.ts'), cache)
  const module = await import(pathToFileURL(new BundleCache(cache, join(folder, 'app/flow.ts'), '').store(bundle)).href)
  expect(module).toMatchObject({ name: 'the flow’s', nested: 'the library’s' })
  expect(bundle.code).toContain('from "thing"')
  expect(bundle.code).not.toContain('the flow’s')
})

test('a file that does not parse is told with its line', async () => {
  write({ 'flow.ts': 'const fine = 1\nconst = 2\n' })
  await expect(load('flow.ts')).rejects.toMatchObject({ code: 'invalid-flow-file', message: expect.stringContaining('flow.ts:2:7') })
})

test('an import of a local file that does not exist is told', async () => {
  write({ 'flow.ts': "import './missing.ts'" })
  await expect(load('flow.ts')).rejects.toMatchObject({ code: 'invalid-flow-file', message: expect.stringContaining('./missing.ts') })
})

test.each(['flow.ts', 'ö and %41/my flow#1.ts'])('a place in the bundle of %j leads back to the original file', async (name) => {
  write({ [name]: 'interface Unused { x: number }\n\nexport function here(): Error {\n  return new Error()\n}' })
  const cache = join(folder, 'cache')
  const path = new BundleCache(cache, join(folder, name), '').store(await bundleFlow(join(folder, name), cache))
  const before = readFileSync(path, 'utf8').split('new Error')[0] ?? ''
  const line = before.split('\n').length
  expect(mapPosition({ file: path, line, column: before.length - before.lastIndexOf('\n') })).toMatchObject({
    file: join(folder, name),
    line: 4,
  })
})

test('a bundle is found again until a file in it, or a tsconfig above it, changes', async () => {
  write({ 'flow.ts': "export { b } from './b.ts'", 'b.ts': 'export const b = 1' })
  const cacheFolder = join(folder, 'cache')
  const cache = new BundleCache(cacheFolder, join(folder, 'flow.ts'), 'salt')
  const renew = async (): Promise<string> => cache.store(await bundleFlow(join(folder, 'flow.ts'), cacheFolder))
  expect(cache.find()).toBeUndefined()
  const path = await renew()
  expect(cache.find()).toBe(path)
  expect(new BundleCache(cacheFolder, join(folder, 'flow.ts'), 'other salt').find()).toBeUndefined()
  write({ 'b.ts': 'export const b = 2' })
  expect(cache.find()).toBeUndefined()
  await renew()
  expect(cache.find()).toBeDefined()
  write({ 'tsconfig.json': '{ "extends": "./base.json" }', 'base.json': '{}' })
  expect(cache.find()).toBeUndefined()
  await renew()
  write({ 'base.json': '{ "compilerOptions": {} }' })
  expect(cache.find()).toBeUndefined()
  write({ 'b.ts': 'export const b = 1', 'base.json': '{}' })
  expect(await renew()).toBe(path)
})

test('bundles that nothing used for a week are removed, and a torn index is made anew', async () => {
  write({ 'flow.ts': 'export const a = 1' })
  const cacheFolder = join(folder, 'cache')
  const cache = new BundleCache(cacheFolder, join(folder, 'flow.ts'), '')
  const old = cache.store({ code: 'export const a = 0', map: '{}', inputs: [] })
  const longAgo = new Date(Date.now() - 8 * 24 * 3_600_000)
  utimesSync(old, longAgo, longAgo)
  const path = cache.store(await bundleFlow(join(folder, 'flow.ts'), cacheFolder))
  expect(() => readFileSync(old)).toThrow('ENOENT')
  expect(cache.find()).toBe(path)
  writeFileSync(path.replace(/-[0-9a-f]{16}\.mjs$/, '.json'), '{"inputs": [')
  expect(cache.find()).toBeUndefined()
})
