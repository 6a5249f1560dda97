import type { Packed } from './large-views.ts'

/** What a thread is started with. */
export interface ThreadData {
  readonly source: string
  readonly context: Packed
  /** Where the callback's dynamic imports start from. */
  readonly filename: string
}

/** A piece of work: items from `start` on. */
export interface Batch {
  readonly start: number
  readonly items: Packed
}

/** What came of a batch. */
export type BatchResult =
  | { readonly kind: 'results'; readonly start: number; readonly results: Packed }
  | { readonly kind: 'failed'; readonly index: number; readonly error: unknown }
