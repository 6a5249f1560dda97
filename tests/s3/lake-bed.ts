import { beforeAll } from 'vitest'
import { contentOf } from './data-sets.ts'
import { type TestBed, testBed } from './test-bed.ts'

/** The size of the object `large`, which takes three ranges and parts. */
export const largeSize = 33 * 1_048_576
/** What `large` holds. */
export const largeContent: Buffer = contentOf('large', largeSize)

/** A devstack for the tests of a file, whose bucket `lake` holds `small`, `large` and a hundred `many/N`. */
export function lakeBed(): TestBed {
  const bed = testBed()
  beforeAll(async () => {
    const s3 = bed.client({ root: 's3://lake' })
    await s3.put('small', contentOf('small', 10_240))
    await s3.put('large', largeContent)
    await s3.putMany(Array.from({ length: 100 }, (_, at) => [`many/${at}`, contentOf(`many/${at}`, 1_000)]))
  })
  return bed
}
