// `write` stores 1 GiB of float64 as an artifact in a bucket; `ours` loads it, `client` gets the same objects by the S3 client alone, each in a process of its own.
// Prints how long the reading took.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { loadArtifact, openStore, saveArtifacts } from '@millrace/artifact-store'
import { S3 } from '@millrace/s3-fast'
import { randomGibibyte } from './random-gibibyte.ts'

const [mode, folder = '', root = ''] = process.argv.slice(2)
const store = openStore(root)
const table = join(folder, 'table.json')

async function write(): Promise<void> {
  const refs = await saveArtifacts(store, 'Bench', new Map([['matrix', randomGibibyte(new ArrayBuffer(2 ** 30))]]))
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key)
  writeFileSync(table, JSON.stringify({ ...refs, keys }))
}

async function readOurs(): Promise<number> {
  const { matrix: ref } = JSON.parse(readFileSync(table, 'utf8'))
  const startedMs = performance.now()
  const matrix = await loadArtifact(store, 'Bench', 'matrix', ref)
  const tookMs = performance.now() - startedMs
  if (!(matrix instanceof Float64Array) || matrix.byteLength !== 2 ** 30) throw new Error('What was read is not what was written')
  return tookMs
}

/** All of it in memory at the end, as the artifact is. */
async function readByClient(): Promise<number> {
  const { keys } = JSON.parse(readFileSync(table, 'utf8'))
  await using s3 = new S3({ root })
  const startedMs = performance.now()
  const objects = await s3.getMany(keys, { memoryBytes: 2 ** 31 })
  const tookMs = performance.now() - startedMs
  const total = objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (total < 2 ** 30) throw new Error(`${total} bytes were read`)
  return tookMs
}

if (mode === 'write') await write()
else console.log(mode === 'ours' ? await readOurs() : await readByClient())
