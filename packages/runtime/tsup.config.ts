import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    run: 'src/run.ts',
    early: 'src/early.ts',
    worker: 'src/worker/start.ts',
    thread: 'src/parallel-map/thread.ts',
    'blocking-reader': 'src/task/on-demand/blocking-reader.ts',
  },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  splitting: true,
})
