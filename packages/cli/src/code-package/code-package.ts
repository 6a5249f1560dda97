import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { bundlePackage } from './bundle-package.ts'
import { includedFiles } from './included-files.ts'
import { type PackedFile, packArchive } from './tar.ts'

/** One archive of a code package. */
export interface CodeArchive {
  readonly files: readonly PackedFile[]
  /** A gzipped tar. */
  readonly body: Uint8Array
  readonly sha256: string
}

/** What a container gets: the flow's code, and apart from it the files that `package.include` names, which change less often. */
export interface CodePackage {
  readonly code: CodeArchive
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
 * Makes the code package of a flow: its bundle and what is named, and nothing else.
 *
 * @throws MillraceError `invalid-flow-file` where the flow cannot be bundled, `invalid-setting` for an entry of `include` that cannot be sent.
 */
export async function makeCodePackage({ sourceFile, include = [] }: CodePackageOptions): Promise<CodePackage> {
  const included = includedFiles(dirname(sourceFile), include)
  const { files } = await bundlePackage({ sourceFile, external: packagesOf(included) })
  return { code: archive(files), included: included.length > 0 ? archive(included) : undefined }
}

function archive(files: readonly PackedFile[]): CodeArchive {
  const body = packArchive(files)
  return { files, body, sha256: createHash('sha256').update(body).digest('hex') }
}

/** The packages whose files are sent, by name. */
function packagesOf(files: readonly PackedFile[]): readonly string[] {
  return [...new Set(files.flatMap(({ name }) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []))]
}
