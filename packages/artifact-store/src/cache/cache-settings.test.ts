import { expect, test } from 'vitest'
import { readCacheSettings } from './cache-settings.ts'

test('the cache is in the user’s own cache folder, of 2,048 MB, unless the environment says otherwise', () => {
  expect(readCacheSettings({ HOME: '/home/ada' })).toEqual({ folder: '/home/ada/.cache/millrace/blobs', maxBytes: 2_048e6 })
  expect(readCacheSettings({ HOME: '/home/ada', XDG_CACHE_HOME: '/fast' })?.folder).toBe('/fast/millrace/blobs')
  expect(readCacheSettings({ MILLRACE_CACHE_DIR: '/there', MILLRACE_CACHE_MAX_MB: '5' })).toEqual({ folder: '/there', maxBytes: 5e6 })
})

test('a cache of 0 MB is none, and a size that is no number is refused', () => {
  expect(readCacheSettings({ MILLRACE_CACHE_MAX_MB: '0' })).toBeUndefined()
  for (const limit of ['-1', '2GB', '1.5', ' '])
    expect(() => readCacheSettings({ MILLRACE_CACHE_MAX_MB: limit })).toThrow(expect.objectContaining({ code: 'invalid-setting' }))
})
