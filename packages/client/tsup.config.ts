import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', settings: 'src/settings/index.ts' },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  splitting: true,
  // A class that names itself would be printed as `_Run`.
  keepNames: true,
})
