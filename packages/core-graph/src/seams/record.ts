/** Where one artifact's encoded bytes are. Two refs with the same `sha256` hold the same value. */
export interface ArtifactRef {
  /** Of the encoded, uncompressed bytes, in lower-case hexadecimal. */
  readonly sha256: string
  /** Of the whole value, encoded and uncompressed, chunks included. */
  readonly sizeBytes: number
  /** The encoded bytes in base64, where they are at most 1 KiB; otherwise they are the blob named by `sha256`. */
  readonly inline?: string
  /** Whether the encoded bytes name further blobs: the raw chunks of large buffers and strings. */
  readonly chunked?: true
}

/** A task's artifacts by name: its own and those it passes on. */
export type ArtifactTable = Readonly<Record<string, ArtifactRef>>

/** One open split on the way to a task: which branch, or which item, it is in. */
export interface SplitFrame {
  readonly kind: 'split' | 'foreach'
  /** The step that split. */
  readonly step: string
  /** The task that split. */
  readonly task: string
  /** The first step of this branch. */
  readonly branch: string
  /** From 0, in the order of the items or of the arguments of `this.next`. */
  readonly index: number
  readonly count: number
  /** The item of a foreach. */
  readonly item?: ArtifactRef
  /** The item as text of at most 30 characters. */
  readonly label?: string
}

/** Where a task went when its body ended. */
export type Transition =
  | { readonly kind: 'linear' | 'split'; readonly targets: readonly string[] }
  | {
      readonly kind: 'foreach'
      readonly targets: readonly [string]
      readonly count: number
      /** An artifact whose value is an array of `{ ref: ArtifactRef, label: string }`, in item order. */
      readonly items: ArtifactRef
    }

/** An error as data, so that it can be stored and shown anywhere. */
export interface ErrorRecord {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: ErrorRecord
  readonly errors?: readonly ErrorRecord[]
}

/** The one record that commits an attempt at a task. */
export interface TaskRecord {
  readonly version: 1
  readonly flow: string
  readonly run: string
  readonly step: string
  readonly task: string
  /** From 0. */
  readonly attempt: number
  readonly status: 'succeeded' | 'failed'
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly artifacts: ArtifactTable
  /** `step/task` of each, in the order of a join's inputs. */
  readonly parents: readonly string[]
  /** The open splits, outermost first. */
  readonly frames: readonly SplitFrame[]
  /** Absent where the flow ends and where the attempt failed. */
  readonly transition?: Transition
  readonly error?: ErrorRecord
  readonly pid?: number
  readonly host?: string
  /** The pathspec of the task that this one reuses. */
  readonly origin?: string
}

/** What a run is, in `run.json`: created with put-if-absent, rewritten by its scheduler alone. */
export interface RunRecord {
  readonly version: 1
  readonly flow: string
  readonly run: string
  readonly status: 'running' | 'succeeded' | 'failed' | 'interrupted'
  readonly createdAt: string
  /** The last sign of life of a running scheduler. */
  readonly heartbeatAt: string
  readonly finishedAt?: string
  readonly parameters: ArtifactTable
  readonly user: string
  readonly namespace: string
  readonly tags: readonly string[]
  readonly systemTags: readonly string[]
  readonly originRunId?: string
  readonly host: string
  readonly pid: number
  /** Why it failed; `subject` is `step/task`. */
  readonly error?: ErrorRecord & { readonly subject?: string }
}
