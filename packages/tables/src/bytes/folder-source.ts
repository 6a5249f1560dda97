import { randomBytes } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TablesError } from '../tables-error.ts'
import { type ByteRange, type ByteStore, isHidden, type ReadOptions, type SourceFile } from './byte-source.ts'
import { fileChanged, unreadable, unwritable } from './file-errors.ts'

/** Files on this machine. URLs are paths; links are followed. */
export class FolderSource implements ByteStore {
  async list(location: string, { signal }: ReadOptions): Promise<readonly SourceFile[]> {
    const files: SourceFile[] = []
    await walk(location, { files, above: [], signal })
    return files.sort((a, b) => (a.url < b.url ? -1 : 1))
  }

  async stat(url: string): Promise<SourceFile | undefined> {
    const stats = await statOf(url)
    return stats?.isFile() ? describe(url, stats) : undefined
  }

  async read(file: SourceFile, { offset, length }: ByteRange, { signal }: ReadOptions): Promise<Uint8Array> {
    signal?.throwIfAborted()
    try {
      await using handle = await open(file.url)
      const buffer = Buffer.allocUnsafeSlow(length)
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(buffer, done, length - done, offset + done)
        if (bytesRead === 0) throw fileChanged(file.url)
        done += bytesRead
      }
      // Afterwards: then it sees what changed before the read and what changed during it.
      const stats = await handle.stat({ bigint: true })
      if (file.identity !== undefined && identityOf(stats) !== file.identity) throw fileChanged(file.url)
      return buffer
    } catch (error) {
      if (error instanceof TablesError) throw error
      if (isMissing(error)) throw fileChanged(file.url, error)
      throw unreadable(file.url, error)
    }
  }

  async write(url: string, bytes: Uint8Array, { isNew, signal }: ReadOptions & { readonly isNew: boolean }): Promise<boolean> {
    signal?.throwIfAborted()
    const temporary = join(dirname(url), `.${basename(url)}.${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(dirname(url), { recursive: true })
      await writeFile(temporary, bytes, signal ? { signal } : {})
      // A link is made only where there is nothing; a rename replaces.
      if (isNew) await link(temporary, url)
      else await rename(temporary, url)
      return true
    } catch (error) {
      if (isNew && error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
      signal?.throwIfAborted()
      throw unwritable(url, error)
    } finally {
      await rm(temporary, { force: true })
    }
  }

  async remove(urls: readonly string[]): Promise<void> {
    for (const url of urls)
      await rm(url, { force: true }).catch((error: unknown) => {
        throw unwritable(url, error)
      })
  }
}

interface Walk {
  readonly files: SourceFile[]
  /** The folders that lead here, to notice links in a circle. */
  readonly above: readonly string[]
  readonly signal: AbortSignal | undefined
}

async function walk(folder: string, { files, above, signal }: Walk): Promise<void> {
  signal?.throwIfAborted()
  const stats = await statOf(folder)
  if (!stats?.isDirectory()) return
  const id = `${stats.dev}:${stats.ino}`
  if (above.includes(id))
    throw new TablesError('unreadable', `Could not list ${folder}: its links lead in a circle. Remove the link.`, { subject: folder })
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error)
  })
  await Promise.all(
    entries
      .filter(({ name }) => !isHidden(name))
      .map(async (entry) => {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) await walk(path, { files, above: [...above, id], signal })
        else {
          const target = await statOf(path)
          if (target?.isDirectory()) await walk(path, { files, above: [...above, id], signal })
          else if (target?.isFile()) files.push(describe(path, target))
          else throw new TablesError('unreadable', `Could not read ${path}: it is neither a file nor a folder.`, { subject: path })
        }
      }),
  )
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    if (isMissing(error)) return undefined
    throw unreadable(path, error)
  }
}

function describe(url: string, stats: BigIntStats): SourceFile {
  return { url, sizeBytes: Number(stats.size), identity: identityOf(stats) }
}

function identityOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino}-${size}-${mtimeNs}`
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
