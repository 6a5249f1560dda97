import { S3Error } from '../errors/s3-error.ts'
import type { CredentialProvider, ExpiringCredentials } from './credential-source.ts'
import type { SigningCredentials } from './signing-credentials.ts'
import { waitFor } from './wait-for.ts'

/** The keys of a client, refreshed before they expire. */
export interface CredentialCache {
  /**
   * The keys, where they are known and valid: the hot path does not wait. In the last five minutes of their life asking for them begins a refresh;
   * should it fail, these stay until they expire.
   */
  readonly current: SigningCredentials | undefined
  /**
   * The keys, fetched where that is necessary. Whoever asks meanwhile waits for the same fetch; the signal ends the waiting only.
   *
   * @throws S3Error `credentials-unavailable`, with the provider's error as cause; the signal's reason.
   */
  get(signal?: AbortSignal): Promise<SigningCredentials>
  /** S3 said that these keys have expired: they are not used again, unless a refresh has replaced them already or nothing could. */
  expire(credentials: SigningCredentials): void
}

/** How long before their end keys are refreshed: the AWS SDK's own providers give new ones from then on. */
const earlyMs = 300_000
/** Keys that end sooner than this could end on their way. */
const spareMs = 10_000
/** How long after a failed early refresh the next begins. */
const retryEarlyMs = 30_000

/**
 * @param source Keys that never change, or a provider of keys.
 * @param options `now`: milliseconds since 1970.
 * @throws TypeError for keys that are not strings or are empty.
 */
export function createCredentialCache(
  source: ExpiringCredentials | CredentialProvider,
  { now }: { readonly now: () => number },
): CredentialCache {
  const provider = typeof source === 'function' ? source : fixedProvider(source)
  let held: ExpiringCredentials | undefined
  let refresh: Promise<ExpiringCredentials> | undefined
  let isForced = false
  let nextEarlyAt = 0

  const leftMs = (): number => (held ? (held.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now() : 0)

  const begin = (): Promise<ExpiringCredentials> => {
    if (refresh) return refresh
    const forceRefresh = isForced
    const fetching = fetch(provider, forceRefresh).then(
      (fetched) => {
        held = fetched
        isForced = false
        refresh = undefined
        // A provider that keeps giving keys of a short life is asked again only after a while.
        nextEarlyAt = now() + retryEarlyMs
        return fetched
      },
      (error: unknown) => {
        refresh = undefined
        nextEarlyAt = now() + retryEarlyMs
        throw error
      },
    )
    refresh = fetching
    return fetching
  }

  return {
    get current() {
      if (!held || isForced) return undefined
      if (held.expiration === undefined) return held
      const left = leftMs()
      if (left <= spareMs) return undefined
      // Its failure matters only to who waits for it.
      if (left <= earlyMs && !refresh && now() >= nextEarlyAt) begin().catch(() => {})
      return held
    },
    async get(signal) {
      signal?.throwIfAborted()
      const current = this.current
      if (current) return current
      return await waitFor(begin(), signal)
    },
    expire(credentials) {
      // Of many requests with the same old keys the first one forces a refresh; a refresh under way was begun for the same reason or gives newer keys anyway.
      if (credentials === held && !refresh) isForced = true
    },
  }
}

function fixedProvider(credentials: ExpiringCredentials): CredentialProvider {
  const flaw = flawOf(credentials)
  if (flaw) throw new TypeError(`credentials are { accessKeyId, secretAccessKey, sessionToken? } or a function that gives them: ${flaw}.`)
  return async () => credentials
}

async function fetch(provider: CredentialProvider, forceRefresh: boolean): Promise<ExpiringCredentials> {
  let credentials: ExpiringCredentials
  try {
    credentials = await provider(forceRefresh ? { forceRefresh } : undefined)
  } catch (cause) {
    throw unavailable(cause instanceof Error ? cause.message : String(cause), cause)
  }
  const flaw = flawOf(credentials)
  if (flaw) throw unavailable(`the provider gave none that can be used: ${flaw}`, undefined)
  return { ...credentials }
}

function flawOf(credentials: unknown): string | undefined {
  if (typeof credentials !== 'object' || credentials === null) return 'there is no object'
  const { accessKeyId, secretAccessKey, sessionToken } = credentials as Partial<SigningCredentials>
  const { expiration } = credentials as Partial<ExpiringCredentials>
  if (!isWord(accessKeyId)) return 'accessKeyId is no word'
  if (!isWord(secretAccessKey)) return 'secretAccessKey is no word: look for a space or a line break at its end'
  if (sessionToken !== undefined && !isWord(sessionToken)) return 'sessionToken is no word'
  if (expiration !== undefined && !(expiration instanceof Date && !Number.isNaN(expiration.getTime()))) return 'expiration is no Date'
  return undefined
}

/** Printable ASCII without space: all that keys are made of, and all that a header can hold. */
const isWord = (text: unknown): text is string => typeof text === 'string' && /^[\x21-\x7e]+$/.test(text)

function unavailable(reason: string, cause: unknown): S3Error {
  const message = `Could not get credentials for S3: ${reason.replace(/\.$/, '')}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, log in (aws sso login) and set AWS_PROFILE, or give new S3({ credentials }).`
  return new S3Error({ code: 'credentials-unavailable', message, cause })
}
