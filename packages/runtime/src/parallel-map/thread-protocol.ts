/** What a thread is started with. */
export interface ThreadData {
  readonly source: string
  readonly context: unknown
  /** Where the callback's dynamic imports start from. */
  readonly filename: string
}

/** A piece of work: items from `start` on. */
export interface Batch {
  readonly start: number
  readonly items: readonly unknown[]
}

/** What came of a batch. */
export type BatchResult =
  | { readonly kind: 'results'; readonly start: number; readonly results: readonly unknown[] }
  | { readonly kind: 'failed'; readonly index: number; readonly error: unknown }
