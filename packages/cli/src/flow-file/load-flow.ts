import { mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type FlowClass, MillraceError } from '@millrace/core-graph'
import { findFlow, registeredFlow } from '@millrace/runtime'
import { startEarly } from '../start-early.ts'
import { version } from '../version.ts'
import { BundleCache } from './bundle-cache.ts'
import { nearestCacheFolder } from './cache-folder.ts'
import { mapPosition } from './source-map.ts'
import { framesOf } from './stack-frames.ts'

/** A flow's class and where it came from. */
export interface LoadedFlow {
  readonly flowClass: FlowClass
  /** What a worker imports. */
  readonly moduleUrl: string
  /** The absolute path of the file that the user wrote. */
  readonly sourceFile: string
}

/** What {@link loadFlow} goes by. */
export interface LoadOptions {
  /** Where bundles go if there is no node_modules: the datastore that the environment names, else the one that is found. */
  readonly datastoreRoot: string | undefined
  /** The command and what follows it. */
  readonly args: readonly string[]
}

/**
 * Loads a flow file of any kind that esbuild reads. The bundle is made once and found again until a file in it changes.
 *
 * @throws MillraceError `invalid-flow-file` where there is no such file, it cannot be read as code, fails while it is imported, or holds no flow or two.
 */
export async function loadFlow(path: string, { datastoreRoot, args }: LoadOptions): Promise<LoadedFlow> {
  const sourceFile = resolve(path)
  checkFile(path, sourceFile)
  const folder = await bundleFolder(dirname(sourceFile), datastoreRoot)
  const cache = new BundleCache(folder, sourceFile, `${version} ${process.versions.node}`)
  let bundle = cache.find()
  if (bundle === undefined) {
    const { bundleFlow } = await import('./bundle.ts')
    bundle = cache.store(await bundleFlow(sourceFile, folder))
  }
  const moduleUrl = pathToFileURL(bundle).href
  await startEarly(args, moduleUrl)
  const flowModule = await importModule(moduleUrl, path)
  try {
    return { flowClass: findFlow(flowModule, registeredFlow(moduleUrl)), moduleUrl, sourceFile }
  } catch (error) {
    if (!MillraceError.is(error, 'invalid-flow-file')) throw error
    throw new MillraceError('invalid-flow-file', `Could not use ${path}. ${error.message}`, { subject: path, cause: error })
  }
}

function checkFile(path: string, sourceFile: string): void {
  const stats = statSync(sourceFile, { throwIfNoEntry: false })
  if (!stats)
    throw new MillraceError('invalid-flow-file', `Could not find the flow file ${path}, looked for at ${sourceFile}.`, { subject: path })
  if (!stats.isFile())
    throw new MillraceError(
      'invalid-flow-file',
      `Could not read ${path} as a flow file: it is not a file. Give the file that holds the flow's class.`,
      {
        subject: path,
      },
    )
}

async function importModule(moduleUrl: string, path: string): Promise<object> {
  try {
    return await import(moduleUrl)
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const frame = cause instanceof Error ? framesOf(cause.stack).map((found) => mapPosition(found) ?? found)[0] : undefined
    const place = frame && !frame.file.includes('node_modules') ? ` (${frame.file}:${frame.line}:${frame.column})` : ''
    throw new MillraceError('invalid-flow-file', `Could not import ${path}: ${reason.replaceAll(fileURLToPath(moduleUrl), path)}${place}`, {
      subject: path,
      cause,
    })
  }
}

/** Where packages are found from the bundle, if there is such a place; else the datastore's folder, where runs are found too. */
async function bundleFolder(from: string, datastoreRoot: string | undefined): Promise<string> {
  const nearest = nearestCacheFolder(from)
  if (nearest !== undefined) return nearest
  // Loaded only here: it is not needed before a run has its first worker.
  const { findRoot } = await import('@millrace/artifact-store')
  const folder = join(datastoreRoot && !datastoreRoot.includes(':') ? resolve(datastoreRoot) : findRoot(process.cwd()), '.cache')
  mkdirSync(folder, { recursive: true })
  return folder
}
