import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { defaultProvider } from './instance-credentials.ts'

afterEach(() => void vi.unstubAllEnvs())

/** A machine's metadata, which gives keys by a token alone. */
async function serveMachine(status: number): Promise<string[]> {
  const asked: string[] = []
  const server = createServer(({ method, url = '', headers }, response) => {
    asked.push(`${method} ${url}`)
    const isToken = url.endsWith('/api/token') && method === 'PUT'
    const isKnown = isToken || headers['x-aws-ec2-metadata-token'] === 'token-1'
    response.statusCode = isKnown ? status : 401
    if (isToken) response.end('token-1')
    else if (url.endsWith('/role'))
      response.end(JSON.stringify({ AccessKeyId: 'AKID', SecretAccessKey: 's', Token: 't', Expiration: '2030-01-01T00:00:00Z' }))
    else response.end('role\n')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return asked
}

test('keys of the machine come by a token, and say when they end', async () => {
  const asked = await serveMachine(200)
  expect(await defaultProvider()()).toEqual({
    accessKeyId: 'AKID',
    secretAccessKey: 's',
    sessionToken: 't',
    expiration: new Date('2030-01-01T00:00:00Z'),
  })
  const roles = '/latest/meta-data/iam/security-credentials/'
  expect(asked).toEqual(['PUT /latest/api/token', `GET ${roles}`, `GET ${roles}role`])
})

test('a machine without a role is asked three times, and the failure says so', async () => {
  const asked = await serveMachine(404)
  await expect(defaultProvider()()).rejects.toThrow(/this container has no role, and its machine gives none either \(.* answered 404\)/)
  expect(asked.length).toBe(3)
})
