import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { objectStoreCases } from '@millrace/core-graph/testing'
import { describe, onTestFinished, test } from 'vitest'
import { createLocalStore } from './local/local-store.ts'
import { createMemoryStore } from './memory-store.ts'

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'root')
}

const stores = {
  'a local store': async () => createLocalStore(freshFolder()),
  'a durable local store': async () => createLocalStore(freshFolder(), { durable: true }),
  'a memory store': async () => createMemoryStore(),
}

describe.each(Object.entries(stores))('%s', (_, open) => {
  for (const { name, run } of objectStoreCases(open)) test(name, run)
})
