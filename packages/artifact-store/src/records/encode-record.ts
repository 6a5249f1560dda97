const encoder = new TextEncoder()

/** A record as it is stored: JSON in UTF-8, one line. */
export function encodeRecord(record: object): Uint8Array {
  return encoder.encode(`${JSON.stringify(record)}\n`)
}
