import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type FlowClass, MillraceError } from '@millrace/core-graph'
import { findFlow, registeredFlow } from '@millrace/runtime'
import { anyCacheFolder } from '../cache/cache-folder.ts'
import { mapPosition } from '../source/source-map.ts'
import { framesOf } from '../source/stack-frames.ts'
import { startEarly } from '../start-early.ts'
import { version } from '../version.ts'
import { BundleCache } from './bundle-cache.ts'

/** A flow's class and where it came from. */
export interface LoadedFlow {
  readonly flowClass: FlowClass
  /** What a worker imports. */
  readonly moduleUrl: string
  /** The absolute path of the file that the user wrote. */
  readonly sourceFile: string
}

/**
 * Loads a flow file of any kind that esbuild reads. The bundle is made once and found again until a file in it changes.
 *
 * @throws MillraceError `invalid-flow-file` where there is no such file, it cannot be read as code, fails while it is imported, or holds no flow or two;
 * `not-writable` where there is no place for its bundle. `args` are the command and what follows it.
 */
export async function loadFlow(path: string, args: readonly string[]): Promise<LoadedFlow> {
  const sourceFile = resolve(path)
  checkFile(path, sourceFile)
  const moduleUrl = pathToFileURL(await bundleOf(path, sourceFile)).href
  await startEarly(args, moduleUrl)
  try {
    const flowModule = await importModule(moduleUrl, path)
    return { flowClass: findFlow(flowModule, registeredFlow(moduleUrl)), moduleUrl, sourceFile }
  } catch (error) {
    if (!MillraceError.is(error, 'invalid-flow-file') || error.subject === path) throw error
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

/** The path of the flow file's bundle, as it was kept or made now. */
async function bundleOf(path: string, sourceFile: string): Promise<string> {
  const folder = orNotWritable(path, () => anyCacheFolder(dirname(sourceFile)))
  const cache = new BundleCache(folder, sourceFile, `${version} ${process.versions.node}`)
  const known = cache.find()
  if (known !== undefined) return known
  const { bundleFlow } = await import('./bundle.ts')
  const bundle = await bundleFlow(sourceFile, folder)
  return orNotWritable(path, () => cache.store(bundle))
}

function orNotWritable(path: string, write: () => string): string {
  try {
    return write()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MillraceError(
      'not-writable',
      `Could not keep the bundle of ${path}: ${reason}. Make room there, or let this user write to it.`,
      {
        subject: path,
        cause,
      },
    )
  }
}

async function importModule(moduleUrl: string, path: string): Promise<object> {
  try {
    return await import(moduleUrl)
  } catch (cause) {
    if (MillraceError.is(cause, 'invalid-flow-file')) throw cause
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const frame = cause instanceof Error ? framesOf(cause.stack).map((found) => mapPosition(found) ?? found)[0] : undefined
    const place = frame && !frame.file.includes('node_modules') ? ` (${frame.file}:${frame.line}:${frame.column})` : ''
    throw new MillraceError('invalid-flow-file', `Could not import ${path}: ${reason.replaceAll(fileURLToPath(moduleUrl), path)}${place}`, {
      subject: path,
      cause,
    })
  }
}
