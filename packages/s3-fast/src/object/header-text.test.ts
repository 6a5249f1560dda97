import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codePoints } from '../code-points.fixture.ts'
import { headerToText, textToHeader } from './header-text.ts'

describe('a value of metadata', () => {
  test('is itself where it is printable ASCII', () => {
    expect(textToHeader('a value, "quoted"; =?')).not.toBe('a value, "quoted"; =?')
    expect(textToHeader('a value, "quoted"; x=1')).toBe('a value, "quoted"; x=1')
    expect(textToHeader('')).toBe('')
  })

  test('of other Unicode is encoded words of at most 75 characters', () => {
    expect(textToHeader('刺身')).toBe('=?UTF-8?B?5Yi66Lqr?=')
    for (const word of textToHeader('刺身 means sashimi, ümläut '.repeat(20)).split(' '))
      expect(word).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]{0,63}\?=$/)
  })

  test('of any Unicode goes as printable ASCII and comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoints, maxLength: 60 }), (text) => {
        const header = textToHeader(text)
        expect(header).toMatch(/^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/)
        expect(headerToText(header)).toBe(text)
      }),
    )
  })

  test('comes back from other writers: quoted words, words cut within a character, UTF-8 read as Latin-1', () => {
    expect(headerToText('=?UTF-8?Q?r=C3=A9sum=C3=A9_1?=')).toBe('résumé 1')
    expect(headerToText('=?UTF-8?B?5Yi6?= =?UTF-8?B?6Lqr?=')).toBe('刺身')
    expect(headerToText('=?utf-8?b?5Yi66A==?= =?utf-8?b?uqs=?=')).toBe('刺身')
    expect(headerToText(Buffer.from('résumé').toString('latin1'))).toBe('résumé')
    expect(headerToText('caf\xe9')).toBe('caf\xe9')
    expect(headerToText('=?ISO-8859-1?Q?caf=E9?=')).toBe('=?ISO-8859-1?Q?caf=E9?=')
  })
})
