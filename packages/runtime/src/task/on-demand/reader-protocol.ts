import type { MessagePort } from 'node:worker_threads'
import type { ErrorCode } from '@millrace/core-graph'

/** What the reader thread is started with. */
export interface ReaderData {
  readonly root: string
  readonly port: MessagePort
  readonly signal: Int32Array
}

/** Blobs of one artifact to bring. */
export interface ReaderRequest {
  readonly flow: string
  readonly name: string
  readonly hashes: readonly string[]
}

/** What the reader thread answers. */
export type ReaderAnswer =
  | { readonly kind: 'payloads'; readonly payloads: readonly Uint8Array[] }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
