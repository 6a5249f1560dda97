import { objectStoreCases } from '@millrace/core-graph/testing'
import { describe, expect, test } from 'vitest'
import { createLazyStore } from './lazy-store.ts'
import { createMemoryStore } from './memory-store.ts'

describe('a lazy store', () => {
  for (const { name, run } of objectStoreCases(async () => createLazyStore('memory:late', async () => createMemoryStore()))) test(name, run)

  test('is opened by its first request, once, and again where opening failed', async () => {
    let opened = 0
    const store = createLazyStore('memory:late', async () => {
      opened += 1
      if (opened === 1) throw new Error('not yet')
      return createMemoryStore()
    })
    expect([store.url, opened]).toEqual(['memory:late', 0])
    await expect(store.get('a')).rejects.toThrow('not yet')
    await Promise.all([store.put('a', new Uint8Array(1)), store.put('b', new Uint8Array(1)), store.get('c')])
    expect(opened).toBe(2)
    const keys: string[] = []
    for await (const { key } of store.list('')) keys.push(key)
    expect(keys).toEqual(['a', 'b'])
  })
})
