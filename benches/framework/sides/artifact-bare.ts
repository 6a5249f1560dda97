// The same bytes, with sha256 and nothing else: hashed and written piece by piece to one file; read into one buffer and hashed.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { randomGibibyte } from './random-gibibyte.ts'

const [mode, folder = ''] = process.argv.slice(2)
const pieceBytes = 64 * 2 ** 20
const path = join(folder, 'bare.bin')
const digestPath = join(folder, 'bare.sha256')

if (mode === 'write') {
  const bytes = new Uint8Array(randomGibibyte(new ArrayBuffer(2 ** 30)).buffer)
  const startedMs = performance.now()
  const [hash, file] = [createHash('sha256'), openSync(path, 'w')]
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes)
    hash.update(piece)
    writeSync(file, piece)
  }
  closeSync(file)
  writeFileSync(digestPath, hash.digest('hex'))
  console.log(performance.now() - startedMs)
} else {
  const startedMs = performance.now()
  const bytes = new Uint8Array(new ArrayBuffer(2 ** 30))
  const [hash, file] = [createHash('sha256'), openSync(path, 'r')]
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes)
    readSync(file, piece)
    hash.update(piece)
  }
  closeSync(file)
  if (hash.digest('hex') !== readFileSync(digestPath, 'utf8')) throw new Error('What was read is not what was written')
  console.log(performance.now() - startedMs)
}
