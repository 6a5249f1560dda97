import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'tables-decode-thread': 'src/threads/tables-decode-thread.ts' },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  splitting: true,
})
