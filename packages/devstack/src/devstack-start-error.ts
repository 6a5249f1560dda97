/** Why a devstack could not start. */
export type DevstackStartErrorCode = 'folder-in-use' | 'no-container-engine' | 'port-in-use' | 'port-not-allowed'

/** A devstack that could not start, for a reason that whoever starts it can mend. */
export class DevstackStartError extends Error {
  override readonly name = 'DevstackStartError'
  readonly code: DevstackStartErrorCode

  constructor(code: DevstackStartErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
