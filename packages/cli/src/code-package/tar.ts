import { gunzipSync, gzipSync } from 'node:zlib'

const blockBytes = 512

/** A file in an archive. */
export interface PackedFile {
  /** Relative, with `/`. */
  readonly name: string
  readonly body: Uint8Array
  /** Whether it may be run as a program. Default `false`. */
  readonly executable?: boolean
}

/**
 * Files as a gzipped tar, which `tar xzf` reads. The same files give the same bytes on every machine: they are sorted, and without times and owners.
 * Names above 100 bytes are written as GNU tar does.
 */
export function packArchive(files: readonly PackedFile[]): Uint8Array {
  const sorted = [...files].sort((one, other) => (one.name < other.name ? -1 : 1))
  const parts = sorted.flatMap(({ name, body, executable = false }) => {
    const nameBytes = Buffer.from(name)
    const long = nameBytes.length > 100 ? [header('././@LongLink', nameBytes.length, { type: 'L' }), padded(nameBytes)] : []
    return [...long, header(name, body.length, { type: '0', mode: executable ? '0000755' : '0000644' }), padded(body)]
  })
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]), { level: 6 })
}

function padded(body: Uint8Array): Buffer {
  return Buffer.concat([body, Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes)])
}

/** Source: https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function header(name: string, sizeBytes: number, { type, mode = '0000644' }: { readonly type: '0' | 'L'; readonly mode?: string }): Buffer {
  const block = Buffer.alloc(blockBytes)
  Buffer.from(name).copy(block, 0, 0, 100)
  block.write(`${mode}\0`, 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write('ustar  \0', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** The files of an archive that {@link packArchive} has packed. */
export function unpackArchive(archive: Uint8Array): readonly PackedFile[] {
  const tar = gunzipSync(archive)
  const text = (from: number, length: number): string => tar.toString('utf8', from, from + length).split('\0', 1)[0] ?? ''
  const files: PackedFile[] = []
  let long: string | undefined
  for (let at = 0; tar[at]; ) {
    const sizeBytes = Number.parseInt(text(at + 124, 12), 8)
    const body = tar.subarray(at + blockBytes, at + blockBytes + sizeBytes)
    if (text(at + 156, 1) === 'L') long = body.toString('utf8')
    else {
      files.push({ name: long ?? text(at, 100), body, executable: (Number.parseInt(text(at + 100, 8), 8) & 0o100) !== 0 })
      long = undefined
    }
    at += blockBytes + Math.ceil(sizeBytes / blockBytes) * blockBytes
  }
  return files
}
