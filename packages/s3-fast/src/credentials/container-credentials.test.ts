import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { containerCredentials } from './container-credentials.ts'

const answer = { AccessKeyId: 'AKIDROLE', SecretAccessKey: 'secret', Token: 'token', Expiration: '2030-01-02T03:04:05Z' }

/** Where a container gets its keys; the first `failures` answers are 500. */
async function serve({ failures = 0 } = {}): Promise<{ readonly url: string; readonly asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    response.statusCode = asked.length > failures ? 200 : 500
    response.end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test("a container's keys come with its token, also from a file, and say when they end", async () => {
  const { url, asked } = await serve()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-token-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'token')
  writeFileSync(file, 'from a file\n')
  const full = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/creds?id=1`, HTTP_PROXY: 'http://127.0.0.1:9' }
  const expected = { accessKeyId: 'AKIDROLE', secretAccessKey: 'secret', sessionToken: 'token', expiration: new Date(answer.Expiration) }
  expect(await containerCredentials({ ...full, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'sesame' })?.()).toEqual(expected)
  expect(await containerCredentials({ ...full, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file })?.()).toEqual(expected)
  expect(asked).toEqual(['/creds?id=1 sesame', '/creds?id=1 from a file'])
})

test('they are asked for five times, and the failure says where', async () => {
  const soon = await serve({ failures: 1 })
  expect(await containerCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: soon.url })?.()).toMatchObject({ accessKeyId: 'AKIDROLE' })
  const never = await serve({ failures: 5 })
  await expect(containerCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: never.url })?.()).rejects.toThrow(`${never.url}, where this`)
  expect([soon.asked.length, never.asked.length]).toEqual([2, 5])
})

test.each([
  'http://example.com/keys',
  'http://169.254.169.254/',
  'http://127.0.0.1.example.com/',
  'http://me@127.0.0.1/',
  'ftp://[::1]/',
  'no url',
])('keys from %s are left to the SDK to refuse', (url) => {
  expect(containerCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url })).toBeUndefined()
})
