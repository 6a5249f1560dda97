import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseXml, textOf, XmlError } from './parse-xml.ts'
import { writePlainXml, writeXml } from './write-xml.ts'

describe('a document', () => {
  test('is written in the order of its elements, with one element for each of a list and none for undefined', () => {
    expect(writePlainXml('A', { B: 'x', C: [1, 2], D: undefined, E: { F: true }, G: '', H: [] })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<A><B>x</B><C>1</C><C>2</C><E><F>true</F></E><G/></A>',
    )
  })

  test('that was written is read as it was, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(textOf(parseXml(writeXml('A', { B: text })), 'B')).toBe(text)
      }),
    )
  })

  test('writes control characters as references', () => {
    expect(writePlainXml('A', { B: '\u0001<\n&\u007f' })).toContain('<B>&#x1;&lt;&#xa;&amp;&#x7f;</B>')
  })
})

describe('a document of a client', () => {
  test('is read without prefixes, attributes, comments and instructions', () => {
    const text =
      '\ufeff<?xml version="1.0"?>\n<!-- x --><s3:Delete xmlns:s3="http://s3.amazonaws.com/doc/" a=\'b\'>\n<Object ><Key>a&#x41;&#65;&lt;<![CDATA[<&]]></Key ><E/></Object></s3:Delete>\n'
    const [object] = parseXml(text).children
    expect(object && textOf(object, 'Key')).toBe('aAA<<&')
    expect(object?.children.map(({ name }) => name)).toEqual(['Key', 'E'])
  })

  test.each([
    ['nothing', ''],
    ['no element', 'text'],
    ['an element that is not closed', '<A><B></B>'],
    ['elements that cross', '<A><B></A></B>'],
    ['two roots', '<A/><B/>'],
    ['text beside the root', '<A/>text'],
    ['a tag that does not end', '<A'],
    ['a document type', '<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>'],
    ['an entity that is not known', '<A>&x;</A>'],
    ['an ampersand', '<A>a & b</A>'],
    ['a reference to no character', '<A>&#x110000;</A>'],
    ['a comment that does not end', '<A><!-- </A>'],
    ['an attribute without quotes', '<A b=c></A>'],
    ['too many levels', '<A>'.repeat(20) + '</A>'.repeat(20)],
  ])('that holds %s is refused', (_, text) => {
    expect(() => parseXml(text)).toThrow(XmlError)
  })

  test('is never anything but a document or a refusal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'a', '&', ';', '#', '"', '=', '!', '-', '[', ']', '?', ' '), { maxLength: 40 }),
        (parts) => {
          try {
            expect(parseXml(parts.join('')).name).toMatch(/./)
          } catch (error) {
            expect(error).toBeInstanceOf(XmlError)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
