import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const pageSize = 1_000

/** Writes what ListObjectsV2 answers for a prefix, page by page, as `NAME-0.xml`, `NAME-1.xml`, ...; the token of a page is its name. */
export function writeListing(
  folder: string,
  listing: { readonly name: string; readonly sizeBytes: number; readonly keys: readonly string[] },
): void {
  const { name, sizeBytes, keys } = listing
  mkdirSync(folder, { recursive: true })
  const pageCount = Math.max(1, Math.ceil(keys.length / pageSize))
  for (let page = 0; page < pageCount; page += 1) {
    const own = keys.slice(page * pageSize, (page + 1) * pageSize)
    const isLast = page === pageCount - 1
    const contents = own.map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;0123456789abcdef0123456789abcdef-1&quot;</ETag><Size>${sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    )
    const next = isLast ? '' : `<NextContinuationToken>${name}-${page + 1}</NextContinuationToken>`
    const facts = `<Name>bench</Name><Prefix>${name}/</Prefix><KeyCount>${own.length}</KeyCount><MaxKeys>${pageSize}</MaxKeys><IsTruncated>${!isLast}</IsTruncated>`
    const document = `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${facts}${next}${contents.join('')}</ListBucketResult>`
    writeFileSync(join(folder, `${name}-${page}.xml`), document)
  }
}
