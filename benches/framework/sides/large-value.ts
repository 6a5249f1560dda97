// `write` stores a 5 GiB Float64Array as an artifact, `read` loads it back, `change` loads it, changes one number and stores it again, each in a process of its own.
// Prints how long that took, the most memory that the process had beyond the value, and how many bytes were put.
import { randomFillSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { loadArtifact, openStore, saveArtifacts } from '@millrace/artifact-store'

const valueBytes = 5 * 2 ** 30
/** Repeated: what is kept of the value beside the value would be counted as Millrace's. */
const blockBytes = 2 ** 24
const [mode, folder = '', root = ''] = process.argv.slice(2)
const source = openStore(root)
let putBytes = 0
const store: typeof source = {
  ...source,
  put: (key, body, options) => {
    const pieces = body instanceof Uint8Array ? [body] : Array.isArray(body) ? (body as readonly Uint8Array[]) : []
    putBytes += pieces.reduce((sum, piece) => sum + piece.length, 0)
    return source.put(key, body, options)
  },
}
const table = join(folder, 'table.json')

/** Each number is its own place in the array: no chunk is like another, and a value that comes back is checked at sight. */
function fill(numbers: Float64Array): void {
  const random = new Float64Array(randomFillSync(new Uint8Array(blockBytes)).buffer)
  for (let start = 0; start < numbers.length; start += random.length) numbers.set(random, start)
  for (let index = 0; index < numbers.length; index += 4_096) numbers[index] = index
}

async function write(): Promise<number> {
  const numbers = new Float64Array(valueBytes / 8)
  fill(numbers)
  const startedMs = performance.now()
  const refs = await saveArtifacts(store, 'Bench', new Map([['numbers', numbers]]))
  writeFileSync(table, JSON.stringify(refs))
  return performance.now() - startedMs
}

async function read(): Promise<{ readonly numbers: Float64Array; readonly tookMs: number }> {
  const { numbers: ref } = JSON.parse(readFileSync(table, 'utf8'))
  const startedMs = performance.now()
  const numbers = await loadArtifact(store, 'Bench', 'numbers', ref)
  const tookMs = performance.now() - startedMs
  if (!(numbers instanceof Float64Array) || numbers.byteLength !== valueBytes)
    throw new Error('What was read is not as long as what was written')
  for (let index = 0; index < numbers.length; index += 4_096)
    if (numbers[index] !== index) throw new Error(`What was read is not what was written, at ${index}`)
  return { numbers, tookMs }
}

async function change(): Promise<number> {
  const { numbers } = await read()
  numbers[numbers.length - 1] = -1
  const startedMs = performance.now()
  await saveArtifacts(store, 'Bench', new Map([['numbers', numbers]]))
  return performance.now() - startedMs
}

const tookMs = mode === 'write' ? await write() : mode === 'read' ? (await read()).tookMs : await change()
const beyondBytes = process.resourceUsage().maxRSS * 1_024 - valueBytes
console.log(JSON.stringify({ tookMs, beyondMiB: beyondBytes / 2 ** 20, putMiB: putBytes / 2 ** 20 }))
