/** A part of a page that one encoding covers, from `start` to `end` of `bytes`. */
export interface EncodedBytes {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}
