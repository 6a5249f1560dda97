import type { ObjectStore } from '@millrace/core-graph'
import { readFromSource } from '../cache/cached-store.ts'
import { corruptArtifact } from '../codec/decode.ts'
import { unpackBlob } from './blob.ts'
import { forgetBlob, rememberBlob } from './known-blobs.ts'

/** A blob as it was read, and what it is for. */
export interface ReadBlob {
  readonly key: string
  /** `undefined` where there is none. */
  readonly blob: Uint8Array | undefined
  /** The artifact that needs it. */
  readonly name: string
}

/**
 * The payload of a blob, checked. If a cache had kept wrong bytes, those of the store behind it are taken instead.
 *
 * @throws MillraceError `corrupt-artifact` that names the artifact and the blob, if it is missing, cut off or altered.
 */
export async function checkedPayload(store: ObjectStore, { key, blob, name }: ReadBlob): Promise<Uint8Array> {
  const sha256 = key.slice(-64)
  try {
    const payload = await unpack(blob, sha256).catch(async (error: Error) => {
      const again = blob && (await readFromSource(store, key))
      if (!again) throw error
      return await unpack(again, sha256)
    })
    rememberBlob(store, key)
    return payload
  } catch (error) {
    forgetBlob(store, key)
    const reason = error as Error
    throw corruptArtifact(name, `the blob ${key} in ${store.url}`, reason.message, ...(blob ? [reason] : []))
  }
}

async function unpack(blob: Uint8Array | undefined, sha256: string): Promise<Uint8Array> {
  if (!blob) throw new Error('is missing')
  return await unpackBlob(blob, sha256)
}
