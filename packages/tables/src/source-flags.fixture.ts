/** Whether this Node runs the sources as they are. Older ones do not know `await using`, which the build turns into what they do know. */
export const runsSources: boolean = Number(process.versions.node.split('.')[0]) >= 24

/** Flags for a process of a test, so that it reads the sources of the packages; with none it reads what was built. */
export const sourceFlags: readonly string[] = runsSources ? ['--conditions=source'] : []
