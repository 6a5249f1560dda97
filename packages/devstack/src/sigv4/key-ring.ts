import { randomBytes } from 'node:crypto'
import { SignatureError } from './signature-error.ts'
import type { Credentials } from './verify-signature.ts'

/** Keys that are good for a time. */
export interface TemporaryCredentials extends Required<Credentials> {
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** The ARN of the role whose keys they are. */
  readonly role: string
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The ARNs of roles that may not do everything. */
export interface Restrictions {
  /** They may do nothing. */
  readonly deniedRoles?: readonly string[]
  /** They may get objects and list, and change nothing. */
  readonly readOnlyRoles?: readonly string[]
}

/** Every key that requests may be signed with: those of the stack, and temporary ones of roles. */
export class KeyRing {
  readonly main: Credentials
  readonly #denied: ReadonlySet<string>
  readonly #readOnly: ReadonlySet<string>
  readonly #temporary = new Map<string, TemporaryCredentials>()

  constructor(main: Credentials, { deniedRoles = [], readOnlyRoles = [] }: Restrictions = {}) {
    this.main = main
    this.#denied = new Set(deniedRoles)
    this.#readOnly = new Set(readOnlyRoles)
  }

  /** Makes new keys for a role. */
  issue(role: string, { nowMs, lifetimeMs }: { readonly nowMs: number; readonly lifetimeMs: number }): TemporaryCredentials {
    // Those that have been of no use for an hour need not be told from those that never were.
    for (const [id, { expiresAt }] of this.#temporary) {
      if (expiresAt > nowMs - 3_600_000) break
      this.#temporary.delete(id)
    }
    const accessKeyId = `ASIA${Array.from(randomBytes(16), (byte) => letters[byte % letters.length]).join('')}`
    const credentials: TemporaryCredentials = {
      accessKeyId,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      expiresAt: nowMs + lifetimeMs,
      role,
    }
    this.#temporary.set(accessKeyId, credentials)
    return credentials
  }

  /** The keys of an id for a request that changes something, or does not; `undefined` for one that is not known. @throws SignatureError ExpiredToken; AccessDenied where their role may not do that. */
  find(accessKeyId: string, { nowMs, changes }: { readonly nowMs: number; readonly changes: boolean }): Credentials | undefined {
    if (accessKeyId === this.main.accessKeyId) return this.main
    const found = this.#temporary.get(accessKeyId)
    if (found && found.expiresAt <= nowMs) throw new SignatureError('ExpiredToken', 'The provided token has expired.')
    if (found && (this.#denied.has(found.role) || (changes && this.#readOnly.has(found.role))))
      throw new SignatureError('AccessDenied', `${found.role} is not authorized to perform this action`, { Role: found.role })
    return found
  }
}
