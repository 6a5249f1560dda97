const isSource = import.meta.url.endsWith('.ts')

/** The files that this package starts as processes and threads of their own, by the names under which bundled code looks for them in its own folder. */
export const workerEntries: Readonly<Record<'worker' | 'thread' | 'blocking-reader', URL>> = {
  worker: new URL(isSource ? './worker/start.ts' : './worker.js', import.meta.url),
  thread: new URL(isSource ? './parallel-map/thread.ts' : './thread.js', import.meta.url),
  'blocking-reader': new URL(isSource ? './task/on-demand/blocking-reader.ts' : './blocking-reader.js', import.meta.url),
}

/** What Node must be told to run them from source. */
const sourceFlags: readonly string[] = isSource ? ['--conditions=source'] : []

/** The flags of Node that they are started with. Node calls what it does for TypeScript and for loaders experimental, on every first use. */
export const workerFlags: readonly string[] = ['--disable-warning=ExperimentalWarning', ...sourceFlags]
