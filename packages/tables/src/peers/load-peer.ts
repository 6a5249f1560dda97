import { TablesError } from '../tables-error.ts'

/**
 * Loads a package that users install themselves.
 *
 * @param what for the message: what it is needed for, as `make an Arrow table`
 * @throws TablesError `unsupported` with the command that installs it, where it is not there
 */
export async function loadPeer<Module>(
  name: string,
  { load, what }: { readonly load: () => Promise<Module>; readonly what: string },
): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause
    throw new TablesError('unsupported', `Could not ${what}: ${name} is not installed. Install it: npm install ${name}`, { cause })
  }
}

/** Whether it is this package that is missing, and not one that it wants itself. */
function isMissing(error: unknown, name: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}'`)
}
