import { existsSync } from 'node:fs'

const isSource = import.meta.url.endsWith('.ts')
const entry = new URL(isSource ? './tables-decode-thread.ts' : './tables-decode-thread.js', import.meta.url)

/** The file that threads run; `undefined` where it is not there: a program that was bundled into one file has not got it, and decodes on its own thread. */
export const threadEntry: URL | undefined = entry.protocol === 'file:' && existsSync(entry) ? entry : undefined

/** What Node is started with in a thread: nothing of what the program was started with. */
export const threadFlags: readonly string[] = isSource ? ['--conditions=source', '--disable-warning=ExperimentalWarning'] : []
