import {
  type FileRequest,
  type GivenValue,
  ParameterDefinition,
  type ParameterOptions,
  type PlainParameterOptions,
  type SchemaFor,
  type WithoutSchema,
} from '@millrace/core-graph'

/** What a file parameter may say; its default is a path, which starts from the flow file's folder. */
export interface IncludeFileOptions extends PlainParameterOptions<string> {
  /** How the bytes become text; `null` leaves them as they are. Default `'utf8'`. */
  readonly encoding?: 'utf8' | null
}

interface AsText {
  readonly encoding?: 'utf8'
}

interface AsBytes {
  readonly encoding: null
}

/** The ways to call {@link includeFile}: as text or bytes, with a schema or without, always there or not. */
interface IncludeFile {
  <Input, Output>(options: IncludeFileOptions & AsBytes & GivenValue<string> & SchemaFor<Uint8Array, Input, Output>): Output
  <Input, Output>(options: IncludeFileOptions & AsBytes & SchemaFor<Uint8Array, Input, Output>): Output | undefined
  <Input, Output>(options: IncludeFileOptions & AsText & GivenValue<string> & SchemaFor<string, Input, Output>): Output
  <Input, Output>(options: IncludeFileOptions & AsText & SchemaFor<string, Input, Output>): Output | undefined
  (options: IncludeFileOptions & AsBytes & GivenValue<string> & WithoutSchema): Uint8Array
  (options: IncludeFileOptions & AsBytes & WithoutSchema): Uint8Array | undefined
  (options: IncludeFileOptions & AsText & GivenValue<string> & WithoutSchema): string
  (options?: IncludeFileOptions & AsText & WithoutSchema): string | undefined
}

/**
 * A parameter whose value is a local file's content, stored when the run starts: `csv = includeFile({ default: './data.csv' })`,
 * then `--csv other.csv`. `--csv` starts from the working directory, the default from the flow file's folder.
 *
 * The file goes into the datastore piece by piece, once for each content, and a step loads it only if its body names it; then it is in memory as a whole.
 * Text must be valid UTF-8 and at most about 512 MiB; a byte order mark is dropped. Bytes may be of any size. Without a file and a default the value is
 * `undefined`; a file that is named must exist. `schema` sees the content, which is read into memory for it.
 *
 * @throws TypeError for another encoding.
 */
export const includeFile: IncludeFile = ((options: IncludeFileOptions & ParameterOptions<string> = {}): unknown => {
  const { encoding = 'utf8', ...rest } = options
  if (encoding !== 'utf8' && encoding !== null)
    throw new TypeError(`includeFile() reads files as 'utf8' text or, with encoding: null, as bytes, not as ${JSON.stringify(encoding)}.`)
  return new ParameterDefinition('file', rest, async (request: FileRequest) => {
    // Only the process that starts a run reads files; every worker imports this module.
    const { openIncludedFile } = await import('./open-included-file.ts')
    return openIncludedFile(request, encoding)
  })
}) as IncludeFile
