import { defineConfig } from 'vitest/config'

const report = process.env.MILLRACE_TEST_REPORT

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    testTimeout: 60_000,
    // What prepares the tests of a file works as hard as they do.
    hookTimeout: 60_000,
    // Vitest leaves one core to itself, and of two that is half: most tests wait for processes of their own.
    maxWorkers: '100%',
    // .ci/run reads the totals from a file, and people from the terminal.
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/src/**/*.test.ts'],
          // Each file in a process of its own loads everything anew, which takes as long as its tests: they leave the process as they found it.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'whole', include: ['examples/*/*.test.ts', 'tests/**/*.test.ts'] } },
    ],
  },
})
