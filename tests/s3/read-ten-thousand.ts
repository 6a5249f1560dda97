import { S3 } from '@millrace/s3-fast'
import { contentOf } from './data-sets.ts'

/** Bytes outside the heap that something still refers to. */
function outsideBytes(): number {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.()
  const { arrayBuffers, external } = process.memoryUsage()
  return Math.max(arrayBuffers, external)
}

const s3 = new S3({ memoryBytes: 4_194_304 })
await s3.get('s3://lake/0')
const before = outsideBytes()
const objects = await s3.getMany(Array.from({ length: 10_000 }, (_, at) => `s3://lake/${at % 100}`))
const heldBytes = outsideBytes() - before
let wrong = 0
// Those in files are read one by one: a few of them will do.
for (const [at, object] of objects.entries()) {
  if (at % 10 !== 0 && object.memoryBytes === 0) continue
  const key = object.key.slice('s3://lake/'.length)
  if (Buffer.compare(await object.bytes(), contentOf(key, 10_240)) !== 0) wrong += 1
}
const inMemoryBytes = objects.reduce((sum, object) => sum + object.memoryBytes, 0)
console.log(JSON.stringify({ objects: objects.length, inMemoryBytes, heldBytes, wrong }))
await s3.close()
