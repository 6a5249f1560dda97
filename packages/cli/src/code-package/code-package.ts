import { mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { anyCacheFolder } from '../cache/cache-folder.ts'
import { contentHash } from '../cache/content-hash.ts'
import { version } from '../version.ts'
import { ArchiveCache } from './archive-cache.ts'
import { type Bundled, bundleFlowCode, bundleWorker } from './bundle.ts'
import { includedFiles } from './included-files.ts'
import { type PackedFile, packArchive } from './tar.ts'

/** One archive of a code package: a gzipped tar. */
export interface CodeArchive {
  readonly body: Uint8Array
  readonly sha256: string
}

/** What a container gets, in archives that change for different reasons: with Millrace, with the flow, with the files that `package.include` names. */
export interface CodePackage {
  readonly worker: CodeArchive
  readonly flow: CodeArchive
  readonly included: CodeArchive | undefined
}

/** Which flow, and what goes with it. */
export interface CodePackageOptions {
  /** The flow file's absolute path. */
  readonly sourceFile: string
  /** Paths and patterns from the flow file's folder. Default none. */
  readonly include?: readonly string[]
}

/**
 * Makes the code package of a flow: its bundle, what runs it, and what is named; nothing else. Bundles are kept on this machine and made again when something in them has changed.
 *
 * @throws MillraceError `invalid-flow-file` where the flow cannot be bundled, `invalid-setting` for an entry of `include` that cannot be sent.
 */
export async function makeCodePackage({ sourceFile, include = [] }: CodePackageOptions): Promise<CodePackage> {
  const files = includedFiles(dirname(sourceFile), include)
  const external = packagesOf(files)
  const folder = anyCacheFolder(dirname(sourceFile))
  const salt = `${version} ${process.versions.node}`
  const [worker, flow] = await Promise.all([
    kept(new ArchiveCache(folder, 'worker', `${salt} ${import.meta.url}`), folder, bundleWorker),
    kept(new ArchiveCache(folder, basename(sourceFile), `${salt} ${sourceFile} ${external}`), folder, () =>
      bundleFlowCode({ sourceFile, external }),
    ),
  ])
  return { worker, flow, included: files.length > 0 ? archiveOf(files) : undefined }
}

async function kept(cache: ArchiveCache, folder: string, make: () => Promise<Bundled>): Promise<CodeArchive> {
  const known = cache.find()
  if (known) return known
  const { files, inputs } = await make()
  const archive = archiveOf(files)
  mkdirSync(folder, { recursive: true })
  cache.store({ archive, inputs })
  return archive
}

function archiveOf(files: readonly PackedFile[]): CodeArchive {
  const body = packArchive(files)
  return { body, sha256: contentHash(body) }
}

/** The packages whose files are sent, by name. */
function packagesOf(files: readonly PackedFile[]): readonly string[] {
  return [...new Set(files.flatMap(({ name }) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []))]
}
