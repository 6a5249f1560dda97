import { defineConfig } from 'vitest/config'

const report = process.env.MILLRACE_TEST_REPORT

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/*/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 60_000,
    // What prepares the tests of a file works as hard as they do.
    hookTimeout: 60_000,
    // Vitest leaves one core to itself, and of two that is half: most tests wait for processes of their own.
    maxWorkers: '100%',
    // .ci/run reads the totals from a file, and people from the terminal.
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
