import { type FileRequest, ParameterDefinition, type ParameterOptions } from '@millrace/core-graph'

/** What a file parameter may say; its default is a path, which starts from the flow file's folder. */
export interface IncludeFileOptions<Content> extends Omit<ParameterOptions<Content>, 'default'> {
  /** A path, or a function that gives one once per run. */
  readonly default?: string | (() => string | Promise<string>)
  /** How the bytes become text; `null` leaves them as they are. Default `'utf8'`. */
  readonly encoding?: 'utf8' | null
}

type Given = { readonly required: true } | { readonly default: string | (() => string | Promise<string>) }
type AsText = { readonly encoding?: 'utf8' }
type AsBytes = { readonly encoding: null }

/**
 * A parameter whose value is a local file's content, read when the run starts and stored with it: `csv = includeFile({ default: './data.csv' })`,
 * then `--csv other.csv`. `--csv` starts from the working directory, the default from the flow file's folder.
 *
 * Text must be valid UTF-8; a byte order mark is dropped. Without a file and a default the value is `undefined`; a file that is named must exist.
 *
 * @throws TypeError for another encoding.
 */
export function includeFile(options: IncludeFileOptions<Uint8Array> & AsBytes & Given): Uint8Array
export function includeFile(options: IncludeFileOptions<Uint8Array> & AsBytes): Uint8Array | undefined
export function includeFile(options: IncludeFileOptions<string> & AsText & Given): string
export function includeFile(options?: IncludeFileOptions<string> & AsText): string | undefined
export function includeFile(options: IncludeFileOptions<string> | IncludeFileOptions<Uint8Array> = {}): unknown {
  const { encoding = 'utf8', ...rest } = options
  if (encoding !== 'utf8' && encoding !== null)
    throw new TypeError(`includeFile() reads files as 'utf8' text or, with encoding: null, as bytes, not as ${JSON.stringify(encoding)}.`)
  return new ParameterDefinition('file', rest as ParameterOptions<unknown>, async (request: FileRequest) => {
    // Only the process that starts a run reads files; every worker imports this module.
    const { readIncludedFile } = await import('./read-included-file.ts')
    return readIncludedFile(request, encoding)
  })
}
