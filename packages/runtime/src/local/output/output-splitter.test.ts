import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OutputSplitter } from './output-splitter.ts'

/** Feeds `text` in pieces of the given sizes, and tells what came out: lines, and `<fence>` where a fence was. */
function split(text: Buffer, sizes: Iterable<number>, fences: string[], maxLineBytes?: number): string[] {
  const out: string[] = []
  const waiting = [...fences]
  const expectNext = (): void => {
    const next = waiting.shift()
    if (next !== undefined) splitter.expect(next)
  }
  const splitter = new OutputSplitter({
    onLines: (lines) => out.push(...lines),
    onFence: () => {
      out.push('<fence>')
      expectNext()
    },
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
  })
  expectNext()
  let at = 0
  for (const size of sizes) {
    if (at >= text.length) break
    splitter.push(text.subarray(at, at + size))
    at += size
  }
  splitter.push(text.subarray(at))
  splitter.end()
  return out
}

describe('OutputSplitter', () => {
  it('gives the same lines and fences whatever the chunks', () => {
    const text = Buffer.from('one\ntwo ÄÖ 刺身\r\n\nno newline\0F1\0three\n\0F2\0rest')
    const expected = ['one', 'two ÄÖ 刺身', '', 'no newline', '<fence>', 'three', '<fence>', 'rest']
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 80 }), (sizes) => {
        expect(split(text, sizes, ['\0F1\0', '\0F2\0'])).toEqual(expected)
      }),
    )
  })

  it('splits at every single byte alike', () => {
    const text = Buffer.from('a\nb\0FENCE\0c')
    for (let at = 0; at <= text.length; at += 1) expect(split(text, [at], ['\0FENCE\0'])).toEqual(['a', 'b', '<fence>', 'c'])
  })

  it('hands a line without an end on in pieces and still finds the fence', () => {
    const text = Buffer.from(`${'x'.repeat(25)}\0FENCE\0`)
    const out = split(text, new Array(40).fill(1), ['\0FENCE\0'], 10)
    expect(out.at(-1)).toBe('<fence>')
    expect(out.slice(0, -1).join('')).toBe('x'.repeat(25))
    expect(Math.max(...out.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(20)
  })
})
