import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { S3 } from '@millrace/s3-fast'
import { type BucketContents, smallKey } from './bucket-contents.ts'
import type { S3Server } from './s3-server.ts'
import { issueCertificate } from './self-signed-certificate.ts'

/** Millrace's devstack with the same objects, for machines without nginx: it verifies signatures and keeps everything on disk, and is the limit for most of the figures. */
export async function startDevstackServer(folder: string, contents: BucketContents): Promise<S3Server> {
  const listedCount = contents.smallCount
  const { keyFile, certFile } = issueCertificate(folder)
  const host = spawn(process.execPath, [join(import.meta.dirname, 'devstack-host.ts'), folder, keyFile, certFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const { url, tlsUrl, env } = JSON.parse(String((await once(host.stdout, 'data'))[0]))
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY }
  for (const endpoint of [url, tlsUrl]) {
    await using s3 = new S3({ root: 's3://bench', endpoint, region: env.AWS_REGION, credentials, ca: readFileSync(certFile) })
    const files = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => [`${name}/${smallKey(index)}`, join(contents.folder, 'small', smallKey(index))] as const)
    await s3.putFiles([...files('small', contents.smallCount), ...files('few', contents.fewCount), ...files('many', listedCount)])
    await s3.putFiles([['big', join(contents.folder, 'big')]])
  }
  return {
    name: 'the devstack (no nginx was found)',
    url,
    tlsUrl,
    caFile: certFile,
    credentials,
    listedCount,
    wantsSignatures: true,
    async [Symbol.asyncDispose]() {
      host.stdin.end()
      if (host.exitCode === null) await once(host, 'exit')
    },
  }
}
