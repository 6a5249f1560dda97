import { randomBytes } from 'node:crypto'
import type { KeyRing } from '../sigv4/key-ring.ts'

/** What a container is told when it asks about itself. */
export interface TaskRecord {
  readonly id: string
  /** The ARN of the role whose keys it gets; none: it gets no keys. */
  readonly role?: string
  readonly metadata: Readonly<Record<string, unknown>>
}

interface Entry extends TaskRecord {
  readonly token: string
}

/** The containers that run, as far as they can ask about themselves. */
export class TaskDirectory {
  readonly #entries = new Map<string, Entry>()
  readonly #keys: KeyRing
  readonly #lifetimeMs: number

  constructor(keys: KeyRing, lifetimeMs: number) {
    this.#keys = keys
    this.#lifetimeMs = lifetimeMs
  }

  /** Takes a container in, and gives the token that it must show. */
  add(record: TaskRecord): string {
    const token = randomBytes(24).toString('base64url')
    this.#entries.set(record.id, { ...record, token })
    return token
  }

  remove(id: string): void {
    this.#entries.delete(id)
  }

  /**
   * New keys of a container's role, as its agent gives them; `undefined` where there is no such container, or it has no role, or the token
   * is not its own. Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
   */
  credentials(id: string, token: string | undefined, nowMs: number): Readonly<Record<string, string>> | undefined {
    const entry = this.#entries.get(id)
    if (entry?.role === undefined || token !== entry.token) return undefined
    const keys = this.#keys.issue(entry.role, { nowMs, lifetimeMs: this.#lifetimeMs })
    return {
      RoleArn: entry.role,
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      Token: keys.sessionToken,
      Expiration: new Date(keys.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    }
  }

  /** What version 4 of ECS's metadata says of a container. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html */
  metadata(id: string): Readonly<Record<string, unknown>> | undefined {
    return this.#entries.get(id)?.metadata
  }
}
