import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { sourceFlags } from 'millrace-scripts/source-flags'
import { beforeAll, expect, it } from 'vitest'
import { contentOf } from './data-sets.ts'
import { testBed } from './test-bed.ts'

const bed = testBed()

beforeAll(async () => {
  await bed.client().putMany(Array.from({ length: 100 }, (_, at) => [`s3://lake/${at}`, contentOf(String(at), 10_240)]))
})

it('ten thousand keys hold no more than the configured bytes in memory', async () => {
  const program = ['--expose-gc', ...sourceFlags, new URL('./read-ten-thousand.ts', import.meta.url).pathname]
  const { stdout } = await promisify(execFile)(process.execPath, program, {
    env: { ...bed.stack.env, PATH: process.env.PATH, TMPDIR: bed.folder },
  })
  const { objects, inMemoryBytes, heldBytes, wrong } = JSON.parse(stdout)
  expect({ objects, wrong }).toEqual({ objects: 10_000, wrong: 0 })
  // 100 MiB were read. What is held is the bodies of the budget, and buffers that connections and files read into.
  expect(inMemoryBytes).toBeLessThanOrEqual(4_194_304)
  expect(inMemoryBytes).toBeGreaterThan(4_000_000)
  expect(heldBytes).toBeLessThan(4_194_304 + 8_388_608)
})
