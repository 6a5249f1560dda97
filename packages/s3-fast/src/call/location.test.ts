import { describe, expect, test } from 'vitest'
import { Location, objectUrl } from './location.ts'

describe('a key', () => {
  test.each(['s3://bucket/prefix', 's3://bucket/prefix/'])('is relative to the root %s', (root) => {
    const location = new Location({ root })
    expect(location.place('a/b')).toEqual({ bucket: 'bucket', key: 'prefix/a/b' })
    expect(location.place('/a//b/../c')).toEqual({ bucket: 'bucket', key: 'prefix//a//b/../c' })
    expect(location.name({ bucket: 'bucket', key: 'prefix/a/b' })).toBe('a/b')
  })

  test('is relative to a bucket, too', () => {
    for (const root of ['s3://bucket', 's3://bucket/']) expect(new Location({ root }).place('a')).toEqual({ bucket: 'bucket', key: 'a' })
  })

  test('is a full URL without a root, and taken as it is', () => {
    const location = new Location({})
    const key = 'a b/刺身/%41?#\u0001'
    expect(location.place(`s3://my.bucket/${key}`)).toEqual({ bucket: 'my.bucket', key })
    expect(location.name({ bucket: 'my.bucket', key })).toBe(`s3://my.bucket/${key}`)
    expect(objectUrl({ bucket: 'my.bucket', key })).toBe(`s3://my.bucket/${key}`)
  })

  test('is below the run that a client is for', () => {
    const location = new Location({ root: 's3://bucket/data', run: { flowName: 'HelloFlow', runId: '56' } })
    expect(location.place('one_a')).toEqual({ bucket: 'bucket', key: 'data/HelloFlow/56/one_a' })
  })

  test('that cannot be one is a mistake', () => {
    const [rooted, free] = [new Location({ root: 's3://bucket/x' }), new Location({})]
    expect(() => free.place('a/b')).toThrow(/"a\/b" cannot be a key: s3:\/\/bucket\/key is meant/)
    expect(() => free.place('s3://bucket')).toThrow(/names no object/)
    expect(() => free.place('s3://B/x')).toThrow(TypeError)
    expect(() => rooted.place('s3://bucket/x/a')).toThrow(/this client has a root/)
    expect(() => new Location({ root: 's3://bucket' }).place('')).toThrow(/names no object/)
    expect(() => rooted.place(5 as unknown as string)).toThrow(/A key is a string, not number/)
    expect(() => rooted.place('\ud800')).toThrow(/surrogate/)
    expect(() => rooted.place('刺'.repeat(341))).toThrow(RangeError)
    expect(rooted.place('刺'.repeat(340)).key).toHaveLength(342)
    expect(() => new Location({ root: '/tmp/x' })).toThrow(/cannot be a root/)
    expect(() => new Location({ run: { flowName: 'A', runId: '1' } })).toThrow(/needs a root/)
    expect(() => new Location({ root: 's3://bucket', run: { flowName: 'A/B', runId: '1' } })).toThrow(/flowName/)
    expect(() => new Location({ root: 's3://bucket', run: { flowName: undefined, runId: undefined } })).toThrow(/in the body of a step/)
  })
})

describe('a prefix', () => {
  test('ends at a slash', () => {
    const location = new Location({ root: 's3://bucket/x' })
    expect(location.prefix('log')).toEqual({ bucket: 'bucket', prefix: 'x/log/' })
    expect(location.prefix('log/')).toEqual({ bucket: 'bucket', prefix: 'x/log/' })
    expect(location.prefix('')).toEqual({ bucket: 'bucket', prefix: 'x/' })
    expect(new Location({ root: 's3://bucket' }).prefix('')).toEqual({ bucket: 'bucket', prefix: '' })
    expect(new Location({}).prefix('s3://bucket/log')).toEqual({ bucket: 'bucket', prefix: 'log/' })
  })
})

describe('the source of a copy', () => {
  test('may be anywhere', () => {
    const location = new Location({ root: 's3://bucket/x' })
    expect(location.source('a')).toEqual({ bucket: 'bucket', key: 'x/a' })
    expect(location.source('s3://other/a')).toEqual({ bucket: 'other', key: 'a' })
    expect(() => location.source('s3://other')).toThrow(TypeError)
  })
})
