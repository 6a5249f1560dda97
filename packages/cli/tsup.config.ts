import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    main: 'src/main.ts',
    'command-line': 'src/command-line.ts',
    container: 'src/container/start.ts',
    'instance-credentials': 'src/container/instance-credentials.ts',
  },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  splitting: true,
})
