// Measures the parts of a request to S3 alone, in this process: `node packages/s3-fast/parts-bench.ts`. Medians of seven rounds.
import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc64NvmeParameters } from './src/checksum/crc-parameters.ts'
import { tableCrc } from './src/checksum/table-crc.ts'
import { createSigner } from './src/sign/signer.ts'
import { parseListing } from './src/xml/answer/parse-listing.ts'

const rounds = 7

/** Microseconds of CPU a call: the median of rounds of about a tenth of a second, after one that warms up. */
function microseconds(work: () => unknown): number {
  const times = (count: number): number => {
    const before = process.cpuUsage()
    for (let at = 0; at < count; at += 1) work()
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  let count = 1
  while (times(count) < 100_000) count *= 2
  const all = Array.from({ length: rounds }, () => times(count) / count).sort((a, b) => a - b)
  return all[Math.floor(rounds / 2)] ?? Number.NaN
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const signer = createSigner({ region: 'eu-north-1' })
const request = { method: 'GET', host: 'lake.s3.eu-north-1.amazonaws.com', path: '/warehouse/days/2026-11-28/part-00017.parquet' }
const headers = [['x-amz-checksum-mode', 'ENABLED']] as const
let nowMs = Date.UTC(2026, 10, 28)
const nextMs = (): number => {
  nowMs += 1
  return nowMs
}

const contents = Array.from(
  { length: 1_000 },
  (_, at) =>
    `<Contents><Key>warehouse/days/2026-11-28/part-${at}.parquet</Key><LastModified>2026-11-28T02:43:39.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>${at}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
)
const listing = Buffer.from(
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
)
const small = Buffer.alloc(10_240, 'abcdefgh12')
const crc64 = tableCrc(crc64NvmeParameters)

console.log(`Node ${process.versions.node}\n\n| what | CPU µs |\n| --- | --- |`)
for (const [what, work] of [
  ['a signature', () => signer.sign({ ...request, signedAtMs: nextMs() }, credentials)],
  ['a signature with a further header', () => signer.sign({ ...request, headers, signedAtMs: nextMs() }, credentials)],
  ['a listing of 1,000 keys', () => parseListing(listing, { bucket: 'lake' })],
  ['CRC32 of 10 KiB (zlib)', () => crc32(small)],
  ['CRC64NVME of 10 KiB (WebAssembly)', () => crc64(0n, small)],
  ['SHA-256 of 10 KiB (OpenSSL)', () => hash('sha256', small, 'hex')],
  ['MD5 of 10 KiB (OpenSSL)', () => hash('md5', small, 'hex')],
] as const)
  console.log(`| ${what} | ${microseconds(work).toFixed(1)} |`)
