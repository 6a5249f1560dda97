import fc from 'fast-check'

/** Any code point but half of a surrogate pair, for `fc.string({ unit })`. What fast-check has for it makes a table of them all first, which takes two seconds. */
export const codePoints: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10_ffff - 0x800 })
  .map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800))
