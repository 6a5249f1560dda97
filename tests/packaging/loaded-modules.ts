/** The source of `loaded.ts`, which is in every project: what was loaded after it was imported. Import what is looked at by `await import()`. */
export const loadedModules = `import { registerHooks } from 'node:module'

const urls = new Set<string>()
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    urls.add(resolved.url)
    return resolved
  },
})

/** Those on disk, as URLs. */
export function loadedFiles(): string[] {
  return [...urls].filter((url) => url.startsWith('file:'))
}

/** The packages that they are of, by name. */
export function loadedPackages(): string[] {
  return [...new Set([...urls].flatMap((url) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1] ?? []))].sort()
}
`
