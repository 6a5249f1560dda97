const isSource = import.meta.url.endsWith('.ts')

/** The files that this package starts as processes and threads of their own, by the names under which bundled code looks for them in its own folder. */
export const workerEntries: Readonly<Record<'worker' | 'thread' | 'blocking-reader', URL>> = {
  worker: new URL(isSource ? './worker/start.ts' : './worker.js', import.meta.url),
  thread: new URL(isSource ? './parallel-map/thread.ts' : './thread.js', import.meta.url),
  'blocking-reader': new URL(isSource ? './worker/blocking-reader.ts' : './blocking-reader.js', import.meta.url),
}
