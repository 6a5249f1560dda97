export { findRoot } from './stores/find-root.ts'
export { createLocalStore, type LocalStoreOptions } from './stores/local-store.ts'
export { createMemoryStore } from './stores/memory-store.ts'
export { openStore } from './stores/open-store.ts'
