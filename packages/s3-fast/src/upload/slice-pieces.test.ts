import fc from 'fast-check'
import { expect, test } from 'vitest'
import { piecesSize } from '../http/pieces.ts'
import { slicePieces } from './slice-pieces.ts'

test('a slice of pieces is that of the joined bytes, without a copy', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 })
  fc.assert(
    fc.property(pieces, fc.nat(180), fc.nat(180), (all, a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)]
      const slice = slicePieces(all, { start, end })
      expect(Buffer.concat(slice)).toEqual(Buffer.concat(all).subarray(start, end))
      expect(slice.every((piece) => piece.byteLength > 0 && all.some(({ buffer }) => buffer === piece.buffer))).toBe(true)
      expect(piecesSize(all)).toBe(Buffer.concat(all).byteLength)
    }),
  )
})
