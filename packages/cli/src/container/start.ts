import { enableCompileCache } from 'node:module'

// Before anything else is loaded, so that the containers of one machine compile it once.
enableCompileCache()
await import('./main.ts')
