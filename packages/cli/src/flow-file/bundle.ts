import { readFileSync, realpathSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError } from '@millrace/core-graph'
import type { BuildFailure, Loader, Message, Plugin } from 'esbuild'
import { formatExcerpt, formatPosition, shortPath } from '../source/source-excerpt.ts'
import type { FreshBundle } from './bundle-cache.ts'
import { steeringFiles } from './steering-files.ts'

const loaders: Record<string, Loader> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
}

/**
 * Bundles a flow file and the local files that it imports; packages stay imports. Function names and the lines of the original files are kept, nothing is minified.
 *
 * @throws MillraceError `invalid-flow-file` with every place that esbuild could not read.
 */
export async function bundleFlow(flowFile: string, folder: string): Promise<FreshBundle> {
  const { build } = await import('esbuild')
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [flowFile],
      // Names the output only: nothing is written here.
      outfile: join(folder, 'flow.mjs'),
      absWorkingDir: dirname(flowFile),
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      keepNames: true,
      sourcemap: 'external',
      sourcesContent: false,
      metafile: true,
      logLevel: 'silent',
      banner: { js: 'const __millraceBundle = import.meta;' },
      define: {
        'import.meta': '__millraceMeta',
        'import.meta.url': '__millraceUrl',
        'import.meta.dirname': '__millraceDirname',
        'import.meta.filename': '__millraceFilename',
      },
      plugins: [keepPackagesOut(folder), keepOwnMeta(flowFile)],
    })
    const inputs = Object.keys(metafile.inputs).map((path) => resolve(dirname(flowFile), path))
    const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
    return { code: text('.mjs'), map: text('.map'), inputs: [...inputs, ...steeringFiles(inputs)] }
  } catch (cause) {
    if (!isBuildFailure(cause)) throw cause
    throw new MillraceError(
      'invalid-flow-file',
      `Could not bundle ${shortPath(flowFile)}:\n${cause.errors.map((message) => describe(message, dirname(flowFile))).join('\n')}`,
      {
        subject: flowFile,
        cause,
      },
    )
  }
}

/** Every bundled file sees its own `import.meta.url`; the flow file's `import.meta`, handed to `main`, is the bundle's, which workers import. */
const keepOwnMeta = (flowFile: string): Plugin => ({
  name: 'own-import-meta',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(/^\uFEFF?(#!.*)?/, '')
      const loader = loaders[extname(path)] ?? 'ts'
      if (!contents.includes('import.meta')) return { contents, loader }
      const [url, folder, file] = [pathToFileURL(path).href, dirname(path), path].map((text) => JSON.stringify(text))
      const own = `{ url: ${url}, dirname: ${folder}, filename: ${file}, main: false, resolve: __millraceBundle.resolve }`
      const meta = path === flowFile ? '__millraceBundle' : own
      // On the first line, so that the lines below stay where they are.
      const first = `const __millraceUrl = ${url}, __millraceDirname = ${folder}, __millraceFilename = ${file}, __millraceMeta = ${meta};`
      return { contents: first + contents, loader }
    })
  },
})

/** Packages stay imports; where the bundle's folder would find another one than the importing file does, or none, by their full path. */
const keepPackagesOut = (folder: string): Plugin => ({
  name: 'packages-stay-imports',
  setup(build) {
    const bundle = pathToFileURL(join(folder, 'flow.mjs'))
    build.onResolve({ filter: /^[^./#]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (kind === 'entry-point' || pluginData === 'resolving' || /^[A-Za-z]:[\\/]/.test(path)) return undefined
      if (path.startsWith('node:') || path.startsWith('data:')) return { path, external: true }
      const resolved = await build.resolve(path, { resolveDir, kind, pluginData: 'resolving' })
      // A path of tsconfig.json leads to a local file, which is bundled.
      if (resolved.errors.length > 0) return { path: ownPackage(path) ?? path, external: true }
      if (resolved.external || resolved.path === '') return { path, external: true }
      if (!/[\\/]node_modules[\\/]/.test(resolved.path) && packageOf(path, pathToFileURL(importer)) === undefined) return resolved
      const same = packageOf(path, pathToFileURL(importer)) === packageOf(path, bundle)
      return { path: same ? path : pathToFileURL(resolved.path).href, external: true }
    })
  },
})

/** Millrace itself, of the program that runs, for a flow in a folder where it is not installed (`npx millrace flow.ts run`). */
function ownPackage(specifier: string): string | undefined {
  const program = process.argv[1]
  if (program === undefined || !/^(?:millrace$|@millrace\/)/.test(specifier)) return undefined
  try {
    return pathToFileURL(createRequire(realpathSync(program)).resolve(specifier)).href
  } catch {
    return undefined
  }
}

function packageOf(specifier: string, from: URL): string | undefined {
  try {
    return findPackageJSON(specifier, from)
  } catch {
    return undefined
  }
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error

function describe({ text, location }: Message, folder: string): string {
  if (!location) return text
  const position = { file: resolve(folder, location.file), line: location.line, column: location.column + 1 }
  return `${formatPosition(position)} ${text}\n${formatExcerpt(position)}`
}
