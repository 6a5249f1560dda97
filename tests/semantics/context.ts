import { join } from 'node:path'

/** Where the matrix runs: the one thing that differs between a datastore on disk and one elsewhere. */
export interface Context {
  /** Stands in the names of the tests. */
  readonly name: string
  /** The datastore of one combination, as `--datastore-root` takes it; `folder` is the combination's own. */
  root(folder: string): string
  /** Environment of every command, and of the checkers that run in the test's own process. */
  readonly environment: Readonly<Record<string, string>>
}

/** Datastores in folders on this machine. */
export const localDisk: Context = {
  name: 'local disk',
  root: (folder) => join(folder, 'datastore'),
  environment: {},
}
