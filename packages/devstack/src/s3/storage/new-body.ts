/** Bytes that have come and been checked, and are not yet an object: in memory, or in a temporary file if there are many. */
export type NewBody = { readonly bytes: Buffer } | { readonly file: string; readonly sizeBytes: number }

/** How many bytes it has. */
export function bodySizeBytes(body: NewBody): number {
  return 'bytes' in body ? body.bytes.length : body.sizeBytes
}
