import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'graph/index': 'src/graph/index.ts', 'testing/index': 'src/testing/index.ts' },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  splitting: true,
})
