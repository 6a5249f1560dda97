/** What importing an entry loads from disk, Node's own modules left out. */
export interface EntryLoad {
  readonly files: number
  readonly kilobytes: number
}

/** The most that each entry may load when it is imported: about half as much again as when it was last looked at. Raise one by decision, not by accident. */
export const entryCeilings: Readonly<Record<string, EntryLoad>> = {
  '@millrace/artifact-store': { files: 6, kilobytes: 300 },
  '@millrace/artifact-store/s3': { files: 12, kilobytes: 290 },
  '@millrace/batch-executor': { files: 4, kilobytes: 110 },
  '@millrace/batch-executor/flow': { files: 4, kilobytes: 90 },
  '@millrace/cli': { files: 33, kilobytes: 80 },
  '@millrace/cli/command-line': { files: 29, kilobytes: 350 },
  '@millrace/cli/main': { files: 14, kilobytes: 40 },
  '@millrace/client': { files: 9, kilobytes: 360 },
  '@millrace/client/settings': { files: 9, kilobytes: 310 },
  '@millrace/core-graph': { files: 4, kilobytes: 20 },
  '@millrace/core-graph/testing': { files: 4, kilobytes: 30 },
  '@millrace/core-graph/graph': { files: 5, kilobytes: 440 },
  '@millrace/devstack': { files: 4, kilobytes: 330 },
  '@millrace/include-file': { files: 6, kilobytes: 30 },
  millrace: { files: 18, kilobytes: 40 },
  'millrace/client': { files: 11, kilobytes: 360 },
  'millrace/s3': { files: 6, kilobytes: 260 },
  'millrace/tables': { files: 75, kilobytes: 700 },
  '@millrace/runtime': { files: 9, kilobytes: 30 },
  '@millrace/runtime/run': { files: 14, kilobytes: 370 },
  '@millrace/runtime/early': { files: 6, kilobytes: 20 },
  '@millrace/s3-fast': { files: 5, kilobytes: 260 },
  '@millrace/tables': { files: 74, kilobytes: 700 },
}

/** Imports what its argument names, and prints an {@link EntryLoad}. */
export const loadsScript = `import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadedFiles } from './loaded.ts'

if (Object.keys(await import(process.argv[2])).length === 0) throw new Error(process.argv[2] + ' exports nothing')
const files = loadedFiles()
const bytes = files.reduce((sum, file) => sum + statSync(fileURLToPath(file)).size, 0)
console.log(JSON.stringify({ files: files.length, kilobytes: Math.ceil(bytes / 1024) }))
`

/** The most that a package may weigh where it is installed alone with all that it needs, in MB: most of it is the AWS SDK, and esbuild. */
export const installCeilings: Readonly<Record<string, number>> = {
  '@millrace/s3-fast': 14,
  '@millrace/batch-executor': 14,
  millrace: 60,
}
