/** Flags for a process of a test: it reads the sources, where its Node knows `await using`, and what was built where not. */
export const sourceFlags: readonly string[] = Number(process.versions.node.split('.')[0]) >= 24 ? ['--conditions=source'] : []
