// One piece of work with @millrace/s3-fast. Prints how many objects, bytes or keys it has seen.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { S3 } from '@millrace/s3-fast'

const [work, given = '{}'] = process.argv.slice(2)
const { endpoint, caFile, count, output, input } = JSON.parse(given)
const key = (index: number): string => `${String(index).padStart(6, '0')}.bin`
/** Of small objects; the count of the other works is of bytes or keys. */
const indexes = work === 'put' || work === 'get-memory' || work === 'get-files' ? Array.from({ length: count }, (_, index) => index) : []

await using s3 = new S3({
  root: 's3://bench',
  endpoint,
  forcePathStyle: true,
  ...(endpoint.startsWith('https') ? { ca: readFileSync(caFile) } : {}),
})
let seen = 0
switch (work) {
  case 'get-memory':
    for await (const object of s3.getStream(indexes.map((index) => `small/${key(index)}`))) seen += (await object.bytes()).length
    break
  case 'get-files':
    for (const { sizeBytes } of await s3.getFiles(indexes.map((index) => [`small/${key(index)}`, join(output, key(index))] as const)))
      seen += sizeBytes
    break
  case 'put': {
    const body = readFileSync(join(input, 'small', key(0)))
    seen = body.length * (await s3.putMany(indexes.map((index) => [`put/${key(index)}`, body] as const))).length
    break
  }
  case 'get-large':
    seen = (await s3.getFile('big', join(output, 'big'))).sizeBytes
    break
  case 'put-large':
    await s3.putFiles([['put/big', join(input, 'big')]])
    seen = count
    break
  case 'list':
    for await (const { sizeBytes } of s3.listRecursive('many')) seen += sizeBytes > 0 ? 1 : 0
    break
}
console.log(seen)
