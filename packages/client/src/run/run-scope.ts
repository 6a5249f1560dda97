import type { ArtifactTable, ErrorRecord } from '@millrace/core-graph'
import type { ClientContext } from '../context.ts'

/** What a run's steps and tasks know of it. */
export interface RunScope {
  readonly context: ClientContext
  readonly flow: string
  readonly run: string
  /** Why a task that has no record will never have one; `undefined` while the run goes on. */
  readonly abandoned: ErrorRecord | undefined
  /** The run's parameters, read once. */
  parameterRefs(): Promise<ArtifactTable>
}
