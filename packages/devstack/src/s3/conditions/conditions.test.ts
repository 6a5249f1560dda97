import { describe, expect, test } from 'vitest'
import { type Conditions, decideRead, decideWrite } from './conditions.ts'

const object = { etag: 'abc', modifiedAtMs: Date.parse('2026-11-23T02:43:39.789Z') }
const nowMs = Date.parse('2026-11-24T00:00:00Z')
const [before, same, after, future] = [
  'Mon, 23 Nov 2026 02:43:38 GMT',
  'Mon, 23 Nov 2026 02:43:39 GMT',
  'Mon, 23 Nov 2026 02:43:40 GMT',
  'Wed, 25 Nov 2026 00:00:00 GMT',
]

describe('a read', () => {
  test.each([
    [{}, 'proceed'],
    [{ ifMatch: '"abc"' }, 'proceed'],
    [{ ifMatch: 'abc' }, 'proceed'],
    [{ ifMatch: '*' }, 'proceed'],
    [{ ifMatch: '"x", "abc"' }, 'proceed'],
    [{ ifMatch: '"x"' }, { failed: 'If-Match' }],
    [{ ifNoneMatch: '"abc"' }, 'not-modified'],
    [{ ifNoneMatch: 'W/"abc"' }, 'not-modified'],
    [{ ifNoneMatch: '*' }, 'not-modified'],
    [{ ifNoneMatch: '"x"' }, 'proceed'],
    [{ ifModifiedSince: before }, 'proceed'],
    [{ ifModifiedSince: same }, 'not-modified'],
    [{ ifModifiedSince: after }, 'not-modified'],
    [{ ifModifiedSince: future }, 'proceed'],
    [{ ifModifiedSince: 'yesterday' }, 'proceed'],
    [{ ifUnmodifiedSince: before }, { failed: 'If-Unmodified-Since' }],
    [{ ifUnmodifiedSince: same }, 'proceed'],
    [{ ifUnmodifiedSince: 'yesterday' }, 'proceed'],
    // Entity tags go before times.
    [{ ifMatch: '"abc"', ifUnmodifiedSince: before }, 'proceed'],
    [{ ifNoneMatch: '"x"', ifModifiedSince: after }, 'proceed'],
    [{ ifNoneMatch: '"abc"', ifModifiedSince: before }, 'not-modified'],
    [{ ifMatch: '"x"', ifNoneMatch: '"abc"' }, { failed: 'If-Match' }],
  ] satisfies [Conditions, unknown][])('with %j is decided as %j', (conditions, decision) => {
    expect(decideRead(object, conditions, nowMs)).toEqual(decision)
  })
})

describe('a write', () => {
  test.each([
    [{}, 'proceed', 'proceed'],
    [{ ifNoneMatch: '*' }, { failed: 'If-None-Match' }, 'proceed'],
    [{ ifMatch: '"abc"' }, 'proceed', 'missing'],
    [{ ifMatch: '*' }, 'proceed', 'missing'],
    [{ ifMatch: '"x"' }, { failed: 'If-Match' }, 'missing'],
  ] satisfies [Conditions, unknown, unknown][])(
    'with %j is decided as %j over an object and %j over none',
    (conditions, over, overNone) => {
      expect(decideWrite(object, conditions)).toEqual(over)
      expect(decideWrite(undefined, conditions)).toEqual(overNone)
    },
  )
})
