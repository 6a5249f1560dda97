import { createHash } from 'node:crypto'
import { FlowSpec, includeFile, main, step } from 'millrace'

/** Node hashes at most 2 GiB at once. */
function sha256Of(bytes: Uint8Array): string {
  const sum = createHash('sha256')
  for (let start = 0; start < bytes.length; start += 2 ** 30) sum.update(bytes.subarray(start, start + 2 ** 30))
  return sum.digest('hex')
}

/** Takes files, and looks at the bytes in its last step only. */
export default class Files extends FlowSpec {
  data = includeFile({ encoding: null, help: 'Any bytes' })
  text = includeFile({ help: 'Any text' })
  found!: { sizeBytes: number | undefined; sha256: string | undefined; length: number | undefined }

  start = step(() => this.next(this.end))

  end = step(() => {
    const { data } = this
    this.found = {
      sizeBytes: data?.byteLength,
      sha256: data && sha256Of(data),
      length: this.text?.length,
    }
  })
}

await main(Files, import.meta)
