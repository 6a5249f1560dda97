import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { S3Error } from '../errors/s3-error.ts'
import { createCredentialCache } from './credential-cache.ts'
import { type CredentialProvider, defaultCredentials, type ExpiringCredentials } from './credential-source.ts'

const minuteMs = 60_000

/** Keys that say which fetch gave them, and a clock to move. */
function provider({ lifeMs = 60 * minuteMs }: { readonly lifeMs?: number } = {}): {
  clock: number
  failure: Error | undefined
  readonly asked: (boolean | undefined)[]
  readonly give: CredentialProvider
  readonly now: () => number
} {
  const state = {
    clock: 0,
    failure: undefined as Error | undefined,
    asked: [] as (boolean | undefined)[],
    now: () => state.clock,
    give: async (options?: { readonly forceRefresh?: boolean }): Promise<ExpiringCredentials> => {
      state.asked.push(options?.forceRefresh)
      const number = state.asked.length
      if (state.failure) throw state.failure
      return { accessKeyId: `AKID${number}`, secretAccessKey: 'secret', sessionToken: 'token', expiration: new Date(state.clock + lifeMs) }
    },
  }
  return state
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('keys that are given are there after the first get and are never fetched', async () => {
  const cache = createCredentialCache({ accessKeyId: 'AKID', secretAccessKey: 'secret' }, { now: () => 0 })
  expect(await cache.get()).toEqual({ accessKeyId: 'AKID', secretAccessKey: 'secret' })
  expect(cache.current).toEqual({ accessKeyId: 'AKID', secretAccessKey: 'secret' })
})

test('many who ask at once share one fetch', async () => {
  const source = provider()
  const cache = createCredentialCache(source.give, source)
  expect(cache.current).toBeUndefined()
  const all = await Promise.all(Array.from({ length: 50 }, () => cache.get()))
  expect(source.asked).toHaveLength(1)
  expect(new Set(all)).toEqual(new Set([cache.current]))
})

test('keys are refreshed five minutes before they expire, while the old ones go on', async () => {
  const source = provider()
  const cache = createCredentialCache(source.give, source)
  await cache.get()
  source.clock = 54 * minuteMs
  expect(cache.current?.accessKeyId).toBe('AKID1')
  expect(source.asked).toHaveLength(1)
  source.clock = 56 * minuteMs
  for (let at = 0; at < 10; at += 1) expect(cache.current?.accessKeyId).toBe('AKID1')
  await settled()
  expect(source.asked).toHaveLength(2)
  expect(cache.current?.accessKeyId).toBe('AKID2')
})

test('an early refresh that fails leaves the old keys until they expire, and is tried again only after a while', async () => {
  const source = provider()
  const cache = createCredentialCache(source.give, source)
  await cache.get()
  source.failure = new Error('The metadata service is away.')
  source.clock = 56 * minuteMs
  for (let at = 0; at < 3; at += 1) {
    expect(cache.current?.accessKeyId).toBe('AKID1')
    await settled()
  }
  expect(source.asked).toHaveLength(2)
  source.clock += minuteMs
  expect(await cache.get()).toMatchObject({ accessKeyId: 'AKID1' })
  await settled()
  expect(source.asked).toHaveLength(3)
  source.clock = 60 * minuteMs
  expect(cache.current).toBeUndefined()
  await expect(cache.get()).rejects.toMatchObject({ code: 'credentials-unavailable', cause: source.failure })
  source.failure = undefined
  expect(await cache.get()).toMatchObject({ accessKeyId: 'AKID5' })
})

test('keys that S3 calls expired are fetched anew once, with force, whoever says it', async () => {
  const source = provider()
  const cache = createCredentialCache(source.give, source)
  const old = await cache.get()
  for (let at = 0; at < 5; at += 1) cache.expire(old)
  expect(cache.current).toBeUndefined()
  const renewed = await Promise.all([cache.get(), cache.get()])
  expect(renewed.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKID2', 'AKID2'])
  expect(source.asked).toEqual([undefined, true])
  cache.expire(old)
  expect(cache.current?.accessKeyId).toBe('AKID2')
})

test('a provider that fails is told with what to do, and with its own error', async () => {
  const cause = new Error('Could not load credentials from any providers')
  const failure = await createCredentialCache(() => Promise.reject(cause), { now: () => 0 })
    .get()
    .catch((thrown: unknown) => thrown)
  expect(S3Error.is(failure, 'credentials-unavailable')).toBe(true)
  expect(failure).toMatchObject({ cause, retryable: false })
  expect(String(failure)).toMatch(/Could not get credentials for S3: Could not load credentials from any providers\. Set AWS_ACCESS_KEY_ID/)
})

test.each([
  [undefined, 'there is no object'],
  [{ accessKeyId: '', secretAccessKey: 's' }, 'accessKeyId'],
  [{ accessKeyId: 'a', secretAccessKey: 'line\n' }, 'line break'],
  [{ accessKeyId: 'a', secretAccessKey: 's', sessionToken: 'a\r\nx: y' }, 'sessionToken'],
  [{ accessKeyId: 'a', secretAccessKey: 's', expiration: '2026' }, 'expiration'],
])('%j is no set of keys, given or provided, and no secret is in the message', async (keys, reason) => {
  const bad = keys as unknown as ExpiringCredentials
  expect(() => createCredentialCache(bad, { now: () => 0 })).toThrow(reason)
  const failure: unknown = await createCredentialCache(async () => bad, { now: () => 0 })
    .get()
    .catch((thrown: unknown) => thrown)
  expect(failure).toMatchObject({ code: 'credentials-unavailable', message: expect.stringContaining(reason) })
  expect(String(failure)).not.toContain('line\n')
})

test('an abort ends the waiting of one; the others get their keys', async () => {
  const keys = Promise.withResolvers<ExpiringCredentials>()
  const cache = createCredentialCache(() => keys.promise, { now: () => 0 })
  const stop = new AbortController()
  const [aborted, patient] = [cache.get(stop.signal), cache.get()]
  const reason = new Error('enough')
  stop.abort(reason)
  await expect(aborted).rejects.toBe(reason)
  keys.resolve({ accessKeyId: 'AKID', secretAccessKey: 'secret' })
  expect(await patient).toMatchObject({ accessKeyId: 'AKID' })
  await expect(cache.get(AbortSignal.abort(reason))).rejects.toBe(reason)
})

test("the default chain is the AWS SDK's: the environment, and before it a profile that is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-credentials-'))
  const file = join(folder, 'credentials')
  writeFileSync(file, '[lab]\naws_access_key_id = AKIDLAB\naws_secret_access_key = secret\n')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  vi.stubEnv('AWS_SESSION_TOKEN', 'token')
  vi.stubEnv('AWS_PROFILE', undefined)
  vi.spyOn(console, 'warn').mockReturnValue()
  const keys = (options = {}) => createCredentialCache(defaultCredentials(options), { now: () => Date.now() }).get()
  expect(await keys()).toMatchObject({ accessKeyId: 'AKIDENV', secretAccessKey: 'secret', sessionToken: 'token' })
  expect(await keys({ profile: 'lab' })).toMatchObject({ accessKeyId: 'AKIDLAB' })
  vi.stubEnv('AWS_PROFILE', 'lab')
  expect(await keys()).toMatchObject({ accessKeyId: 'AKIDLAB' })
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})
