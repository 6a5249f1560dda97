// The devstack, plain and over TLS, until stdin ends. Prints where they are.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDevstack } from '@millrace/devstack'

const [folder = '', keyFile = '', certFile = ''] = process.argv.slice(2)
const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) }
const plain = await startDevstack({ dir: join(folder, 'plain'), buckets: ['bench'] })
const secure = await startDevstack({ dir: join(folder, 'secure'), buckets: ['bench'], tls })
console.log(JSON.stringify({ url: plain.s3.url, tlsUrl: secure.s3.url, env: plain.env }))
process.stdin.resume().once('end', async () => {
  await plain.close()
  await secure.close()
})
