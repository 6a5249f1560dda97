import { describe, expect, it } from 'vitest'
import { parallelMap } from './parallel-map.ts'
import { ParallelMapError } from './parallel-map-error.ts'

const outside = 3

describe('parallelMap', () => {
  it('keeps the order of the items and awaits async callbacks', async () => {
    const items = Array.from({ length: 500 }, (_, index) => index)
    expect(await parallelMap(items, async (n) => n * n, { workers: 3 })).toEqual(items.map((n) => n * n))
    expect(await parallelMap(new Set(['a', 'b']), (text) => text.toUpperCase())).toEqual(['A', 'B'])
    expect(await parallelMap([], (n) => n)).toEqual([])
  })

  it('shares a typed array over a SharedArrayBuffer: what threads write is seen here', async () => {
    const rows = new Float64Array(new SharedArrayBuffer(8 * 100))
    await parallelMap(Array.from(rows.keys()), (n: number, { rows }: { rows: Float64Array }) => rows.fill(n / 2, n, n + 1).length, {
      context: { rows },
      workers: 2,
    })
    expect(Array.from(rows)).toEqual(Array.from(rows.keys(), (n) => n / 2))
  })

  it('brings what threads wrote into an ordinary typed array back, also through two views of one buffer', async () => {
    const buffer = new ArrayBuffer(64)
    const whole = new Uint8Array(buffer)
    const half = new Uint16Array(buffer, 32, 16)
    const context = { nested: new Map([['views', [whole, half]]]) }
    await parallelMap(
      [1, 2],
      (n, { nested }: { nested: Map<string, (Uint8Array | Uint16Array)[]> }) => {
        const view = nested.get('views')?.[n - 1]
        if (view) view[0] = 7
      },
      { context, workers: 2 },
    )
    expect(whole[0]).toBe(7)
    expect(half[0]).toBe(7)
    expect(whole[32]).toBe(7)
  })

  it('keeps views past 4 GiB whole, as context, items and results', async () => {
    // Pages that nobody touches cost no memory.
    const buffer = new SharedArrayBuffer(5e9)
    const whole = new Float64Array(buffer)
    const last = new Uint8Array(buffer, 5e9 - 8, 8)
    const results = await parallelMap(
      [{ last }],
      (item, { context: [whole] }: { context: Float64Array[] }) => {
        if (whole) whole[whole.length - 1] = 7.5
        return { length: whole?.length, bytes: item.last.length, tail: whole?.subarray(-1) }
      },
      { context: { context: [whole] } },
    )
    expect(results[0]).toMatchObject({ length: 625_000_000, bytes: 8 })
    expect(results[0]?.tail?.byteOffset).toBe(5e9 - 8)
    expect(results[0]?.tail?.[0]).toBe(7.5)
    expect(whole.at(-1)).toBe(7.5)
  })

  it('brings what threads wrote into a Buffer back, and nothing of its pool', async () => {
    const bytes = Buffer.from('abc')
    await parallelMap([0], (_n, { bytes }: { bytes: Uint8Array }) => bytes.fill(120).length, { context: { bytes } })
    expect(bytes.toString()).toBe('xxx')
  })

  it('keeps cycles, holes and odd keys of a context', async () => {
    // biome-ignore lint/suspicious/noSparseArray: a hole must stay one
    const context: Record<string, unknown> = { list: [1, , 3], map: new Map([[{ a: 1 }, new Set([2])]]) }
    context.self = context
    Object.defineProperty(context, '__proto__', { value: 'own', enumerable: true })
    const [seen] = await parallelMap(
      [0],
      (_n, given: Record<string, unknown>) => [
        given.self === given,
        1 in (given.list as unknown[]),
        Object.keys(given),
        (given.map as Map<unknown, Set<number>>).values().next().value?.has(2),
      ],
      { context },
    )
    expect(seen).toEqual([true, false, ['list', 'map', 'self', '__proto__'], true])
  })

  it('gives a Buffer as plain bytes without its pool', async () => {
    const [length] = await parallelMap([0], (_n, { bytes }: { bytes: Uint8Array }) => [bytes.buffer.byteLength, bytes[1]].join(), {
      context: { bytes: Buffer.from('abc') },
    })
    expect(length).toBe('3,98')
  })

  it('lets a callback bring modules in', async () => {
    // From text, because the test runner rewrites the dynamic imports that it sees.
    const callback: (text: string) => Promise<string> = new Function(
      "return async (text) => (await import('node:crypto')).createHash('md5').update(text).digest('hex')",
    )()
    expect(await parallelMap(['x'], callback)).toEqual(['9dd4e461268c8034f5c8564e155c67a6'])
  })

  it('refuses a callback that uses a name from outside, with the name and the way out', async () => {
    await expect(parallelMap([1], (n) => n * outside)).rejects.toThrow(/outside from outside its own body.*context: \{ outside \}/)
    await expect(parallelMap([1], (n) => n * outside)).rejects.toBeInstanceOf(TypeError)
    const flow = {
      factor: 2,
      run(): Promise<number[]> {
        return parallelMap([1], (n) => n * this.factor)
      },
    }
    await expect(flow.run()).rejects.toThrow(/uses this from outside/)
  })

  it('accepts names of its own: parameters, locals, inner functions, catch bindings, classes', async () => {
    const results = await parallelMap([2], (n, context: { by: number } = { by: 1 }) => {
      class Counter {
        value = n
        add(by: number): this {
          this.value += by
          return this
        }
      }
      function twice(x: number): number {
        return x * 2
      }
      try {
        throw new RangeError('x')
      } catch (error) {
        const { message } = error as Error
        return `${message}${twice(new Counter().add(context.by).value)}`
      }
    })
    expect(results).toEqual(['x6'])
  })

  it('refuses what has no readable source', async () => {
    await expect(parallelMap([1], Math.sqrt)).rejects.toThrow(/Wrap it/)
    const object = { double(n: number) { return n * 2 } } // biome-ignore format: a method on one line
    await expect(parallelMap([1], object.double)).rejects.toThrow(/not a method/)
  })

  it('names the item that failed and keeps its error as the cause', async () => {
    const failing = parallelMap([0, 1, 2, 3], (n) => {
      if (n === 2) throw new RangeError('two is too many')
      return n
    })
    await expect(failing).rejects.toMatchObject({ name: 'MillraceError', code: 'step-failed', index: 2, cause: expect.any(RangeError) })
    await expect(failing).rejects.toThrow(/item 2.*two is too many/)
    await expect(failing).rejects.toBeInstanceOf(ParallelMapError)
  })

  it('tells of a thread that exits', async () => {
    await expect(parallelMap([0], () => process.exit(3))).rejects.toThrow(/exited with code 3/)
  })

  it('refuses a context that cannot be cloned, and a number of workers that is none', async () => {
    await expect(parallelMap([0], () => 0, { context: { call: () => 0 } })).rejects.toThrow(/context holds data/)
    await expect(parallelMap([0], () => 0, { workers: 0 })).rejects.toThrow(RangeError)
  })

  it('ends its threads when the signal is aborted', async () => {
    const stop = new AbortController()
    const endless = parallelMap([0], () => { while (true); }, { signal: stop.signal }) // biome-ignore format: one line
    stop.abort(new Error('enough'))
    await expect(endless).rejects.toThrow('enough')
  })
})
