import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defaultCredentials } from './credential-source.ts'

describe('the default credentials', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-credentials-'))
    const file = join(folder, 'credentials')
    writeFileSync(file, '[other]\naws_access_key_id = of-profile\naws_secret_access_key = secret\n')
    const none = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION']
    for (const name of none) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file)
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })

  test('are those of the environment, as they are now', async () => {
    const provide = defaultCredentials()
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    expect(await provide()).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' })
    vi.stubEnv('AWS_SESSION_TOKEN', 'token')
    expect(await provide()).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' })
  })

  test('are those of a profile where one is named, whatever keys the environment has', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    expect((await defaultCredentials({ profile: 'other' })()).accessKeyId).toBe('of-profile')
    vi.stubEnv('AWS_PROFILE', 'other')
    expect((await defaultCredentials()()).accessKeyId).toBe('of-profile')
  })

  test("are those of a container's role where there is one and nothing comes before it", async () => {
    rmSync(join(folder, 'credentials'))
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', undefined)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', undefined)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://127.0.0.1:1/keys')
    await expect(defaultCredentials()()).rejects.toMatchObject({ name: 'HttpError', code: 'connect-failed' })
    writeFileSync(join(folder, 'config'), '[default]\naws_access_key_id = of-config\naws_secret_access_key = secret\n')
    expect((await defaultCredentials()()).accessKeyId).toBe('of-config')
  })

  test('keep the instant at which those of the environment expire', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', '2126-01-01T00:00:00Z')
    expect((await defaultCredentials()()).expiration).toEqual(new Date('2126-01-01T00:00:00Z'))
  })
})
