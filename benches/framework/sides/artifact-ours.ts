// `write` stores 1 GiB of float64 as an artifact and prints what that took; `read` loads it back, in a process of its own.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { loadArtifact, openStore, saveArtifacts } from '@millrace/artifact-store'
import { randomGibibyte } from './random-gibibyte.ts'

const [mode, folder = ''] = process.argv.slice(2)
const store = openStore(join(folder, 'root'))
const table = join(folder, 'table.json')

if (mode === 'write') {
  const matrix = randomGibibyte(new ArrayBuffer(2 ** 30))
  const startedMs = performance.now()
  const refs = await saveArtifacts(store, 'Bench', new Map([['matrix', matrix]]))
  console.log(performance.now() - startedMs)
  writeFileSync(table, JSON.stringify(refs))
} else {
  const { matrix: ref } = JSON.parse(readFileSync(table, 'utf8'))
  const startedMs = performance.now()
  const matrix = await loadArtifact(store, 'Bench', 'matrix', ref)
  const tookMs = performance.now() - startedMs
  if (!(matrix instanceof Float64Array) || matrix.byteLength !== 2 ** 30) throw new Error('What was read is not what was written')
  console.log(tookMs)
}
