import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { startDevstack } from '@millrace/devstack'
import { afterAll, vi } from 'vitest'
import { testMatrix } from './combinations/test-matrix.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-matrix-s3-'))
const stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['matrix'] })
const environment = { ...stack.env, MILLRACE_CACHE_DIR: join(folder, 'cache') }
// The client's checker reads in this process.
Object.assign(process.env, environment)
afterAll(async () => {
  await stack.close()
  rmSync(folder, { recursive: true, force: true })
})

// A foreach of 1,200 asks for some thousand objects, each of which one core must both ask for and serve.
vi.setConfig({ testTimeout: 180_000 })
// Everything goes through the same store, whose suite is in its package: a choice is enough for every day. MILLRACE_S3_MATRIX=each takes one
// combination of each behaviour, a minute or two; MILLRACE_S3_MATRIX=all takes all of them, about eight minutes on two cores.
const asked = process.env.MILLRACE_S3_MATRIX
testMatrix(
  { name: 'S3', root: (place) => `s3://matrix/${basename(place)}`, environment },
  { choice: asked === 'all' || asked === 'each' ? asked : 'third' },
)
