// The same with @aws-sdk/client-s3 and p-limit, 64 at once, as its users write it.
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import pLimit from 'p-limit'

const [work, given = '{}'] = process.argv.slice(2)
const { endpoint, count, output, input } = JSON.parse(given)
const key = (index: number): string => `${String(index).padStart(6, '0')}.bin`
/** Of small objects; the count of the other works is of bytes or keys. */
const indexes = work === 'put' || work === 'get-memory' || work === 'get-files' ? Array.from({ length: count }, (_, index) => index) : []

const agent = { keepAlive: true, maxSockets: 64 }
const client = new S3Client({ endpoint, forcePathStyle: true, requestHandler: { httpAgent: agent, httpsAgent: agent } })
const limit = pLimit(64)
const get = async (name: string): Promise<Readable> =>
  (await client.send(new GetObjectCommand({ Bucket: 'bench', Key: name }))).Body as Readable

async function getSmall(index: number): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bench', Key: `small/${key(index)}` }))
  if (!Body) throw new Error(`There is no body of ${index}`)
  return await Body.transformToByteArray()
}

let seen = 0
switch (work) {
  case 'get-memory':
    await Promise.all(
      indexes.map((index) =>
        limit(async () => {
          const bytes = await getSmall(index)
          seen += bytes.length
        }),
      ),
    )
    break
  case 'get-files':
    await Promise.all(
      indexes.map((index) =>
        limit(async () => {
          const bytes = await getSmall(index)
          writeFileSync(join(output, key(index)), bytes)
          seen += bytes.length
        }),
      ),
    )
    break
  case 'put': {
    const body = readFileSync(join(input, 'small', key(0)))
    const put = (index: number) => client.send(new PutObjectCommand({ Bucket: 'bench', Key: `put/${key(index)}`, Body: body }))
    seen = body.length * (await Promise.all(indexes.map((index) => limit(() => put(index))))).length
    break
  }
  case 'get-large': {
    const file = createWriteStream(join(output, 'big'))
    await pipeline(await get('big'), file)
    seen = file.bytesWritten
    break
  }
  case 'put-large':
    await new Upload({ client, params: { Bucket: 'bench', Key: 'put/big', Body: createReadStream(join(input, 'big')) } }).done()
    seen = count
    break
  case 'list':
    for await (const page of paginateListObjectsV2({ client }, { Bucket: 'bench', Prefix: 'many/' })) seen += page.Contents?.length ?? 0
    break
}
client.destroy()
console.log(seen)
