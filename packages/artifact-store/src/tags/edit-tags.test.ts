import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ObjectStore } from '@millrace/core-graph'
import { countRequests, endedRun, runRecord } from '@millrace/core-graph/testing'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readRun, writeRun } from '../records/run-records.ts'
import { createLocalStore } from '../stores/local/local-store.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { editTags, readTags, type TagEdit } from './edit-tags.ts'
import { systemTags } from './system-tags.ts'
import { tagProblems } from './tag-problems.ts'

const run = { flow: 'Squares', run: '1' }

async function storeWith(tags: readonly string[] = []): Promise<ObjectStore> {
  const store = createMemoryStore()
  await writeRun(store, runRecord({ tags }))
  return store
}

describe('tags', () => {
  test('are added and removed, whatever the run is doing, and its record stays as it was', async () => {
    const store = await storeWith(['a', 'b'])
    const before = await readRun(store, run)
    expect(await readTags(store, run)).toEqual(['a', 'b'])
    expect(await editTags(store, run, { add: ['två', '🚀', 'a'], remove: ['b'] })).toEqual(['a', 'två', '🚀'])
    await writeRun(store, endedRun({ tags: ['a', 'b'] }))
    expect(await readTags(store, run)).toEqual(['a', 'två', '🚀'])
    expect((await readRun(store, run))?.tags).toEqual(before?.tags)
  })

  test('cost two gets, two listings and a put to edit, and nothing is written where nothing changes', async () => {
    const { store, counts } = countRequests(await storeWith(['a']))
    await editTags(store, run, { add: ['a'] })
    expect(counts).toEqual({ put: 0, get: 1, list: 1, delete: 0 })
    await editTags(store, run, { add: ['b'] })
    Object.assign(counts, { put: 0, get: 0, list: 0 })
    await editTags(store, run, { add: ['c'] })
    expect(counts).toEqual({ put: 1, get: 2, list: 2, delete: 0 })
  })

  test('that are not there cannot be removed, and nothing else of the edit is done', async () => {
    const store = await storeWith(['nightly'])
    const edit = editTags(store, run, { add: ['x'], remove: ['nigthly', 'nope'] })
    await expect(edit).rejects.toThrow(
      'Could not remove "nigthly", "nope" from Squares/1: it has no such tag. Did you mean "nightly"? Its tags are "nightly", beside the system tags, which stay. Nothing was changed.',
    )
    await expect(edit).rejects.toMatchObject({ code: 'not-found' })
    expect(await readTags(store, run)).toEqual(['nightly'])
  })

  test.each<[TagEdit, RegExp]>([
    [{ add: [''] }, /A tag must not be empty, and "" is/],
    [{ add: [' \n'] }, /must not be empty/],
    [{ add: ['\uD800'] }, /no valid Unicode/],
    [{ add: ['é'.repeat(501)] }, /has 501 characters, and a tag has at most 500/],
    [{ add: Array.from({ length: 51 }, (_, index) => `t${index}`) }, /at most 50 tags, and these are 51/],
    [{ add: ['user:eve'] }, /begins with user:, which is kept/],
    [{ add: ['date:2026-01-01'] }, /begins with date:/],
    [{ remove: ['runtime:node'] }, /The system tag "runtime:node" cannot be removed/],
  ])('refuse %j', async (edit, says) => {
    const editing = editTags(await storeWith(), run, edit)
    await expect(editing).rejects.toThrow(says)
    await expect(editing).rejects.toMatchObject({ code: 'invalid-tag' })
  })

  test('may be 50, of 500 characters each, in any script', async () => {
    const store = await storeWith()
    const tags = Array.from({ length: 50 }, (_, index) => '😀'.repeat(498) + String(index).padStart(2, '0'))
    expect(await editTags(store, run, { add: tags })).toEqual(tags)
    await expect(editTags(store, run, { add: ['one more'] })).rejects.toThrow(/at most 50 tags; it has 50, and would have 51/)
    expect(await editTags(store, run, { add: ['one more'], remove: tags.slice(0, 1) })).toHaveLength(50)
    expect(tagProblems(['a', 'a'])).toEqual([])
  })

  test('of a run that is not there are an error', async () => {
    await expect(editTags(createMemoryStore(), run, { add: ['a'] })).rejects.toMatchObject({ code: 'not-found', subject: 'Squares/1' })
    await expect(readTags(createMemoryStore(), run)).rejects.toMatchObject({ code: 'not-found', subject: 'Squares/1' })
  })

  test('behave as a set does, whatever is done to them', async () => {
    const tag = fc.constantFrom<string[]>('a', 'b', 'c', 'd', '日本', 'ß')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ add: fc.array(tag, { maxLength: 3 }), remove: fc.array(tag, { maxLength: 2 }) })),
        async (edits) => {
          const store = await storeWith(['a'])
          let model = new Set(['a'])
          for (const { add, remove } of edits) {
            const isPossible = remove.every((each) => model.has(each))
            const outcome = await editTags(store, run, { add, remove }).catch((error: { code?: string }) => error.code)
            if (isPossible) model = new Set([...[...model].filter((each) => !remove.includes(each)), ...add])
            expect(outcome).toEqual(isPossible ? [...model] : 'not-found')
            expect(await readTags(store, run)).toEqual([...model])
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  test('that many edit at once are all there, one process', async () => {
    const store = await storeWith()
    await writeRun(store, runRecord({ run: '2' }))
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => editTags(store, { ...run, run: String((index % 2) + 1) }, { add: [`t${index}`] })),
    )
    expect(await readTags(store, run)).toHaveLength(20)
    expect(await readTags(store, { ...run, run: '2' })).toHaveLength(20)
  })

  test('that many processes edit at once are all there', async () => {
    const root = mkdtempSync(join(tmpdir(), 'millrace-tags-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    const store = createLocalStore(root)
    for (const number of ['1', '2']) await writeRun(store, runRecord({ run: number, tags: ['old'] }))
    const script = `
      import { createLocalStore, editTags } from '@millrace/artifact-store'
      const [root, name] = process.argv.slice(1)
      const store = createLocalStore(root)
      for (let number = 0; number < 12; number += 1) {
        const run = { flow: 'Squares', run: String((number % 2) + 1) }
        await editTags(store, run, { add: [name + number, 'gone' + name] })
        await editTags(store, run, { remove: ['gone' + name] })
      }`
    const edit = (name: string): Promise<number | null> => {
      const args = ['--conditions=source', '--input-type=module-typescript', '--eval', script, root, name]
      const child = spawn(process.execPath, args, { cwd: new URL('../..', import.meta.url), stdio: ['ignore', 'inherit', 'inherit'] })
      return new Promise((resolve) => child.on('close', resolve))
    }
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(edit))).toEqual([0, 0, 0, 0])
    const names = ['a', 'b', 'c', 'd']
    const even = names.flatMap((name) => [0, 2, 4, 6, 8, 10].map((number) => name + number))
    expect([...(await readTags(store, run))].sort()).toEqual([...even, 'old'].sort())
    expect(await readTags(store, { ...run, run: '2' })).toHaveLength(25)
  })
})

test('system tags tell the user, the runtime, the version and the day in UTC', () => {
  expect(systemTags({ user: 'ada', version: '1.2.3', createdAt: new Date('2026-11-23T23:59:59.999Z') })).toEqual([
    'user:ada',
    'runtime:node',
    'millrace:1.2.3',
    'date:2026-11-23',
  ])
})
