import { enableCompileCache } from 'node:module'

// Before anything else is loaded, so that all of it, the flow's own file included, is compiled once for all workers to come.
enableCompileCache()
await import('./main.ts')
