import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkImage } from './check-image.ts'
import { parseImage } from './image-reference.ts'

describe('the name of an image', () => {
  test.each([
    ['node', 'registry-1.docker.io', 'library/node', 'latest'],
    ['node:24-slim', 'registry-1.docker.io', 'library/node', '24-slim'],
    ['docker.io/me/x:1', 'registry-1.docker.io', 'me/x', '1'],
    ['me/x', 'registry-1.docker.io', 'me/x', 'latest'],
    ['ghcr.io/me/x/y:2', 'ghcr.io', 'me/x/y', '2'],
    ['localhost:5000/x', 'localhost:5000', 'x', 'latest'],
    ['public.ecr.aws/docker/library/node:24@sha256:0a1b', 'public.ecr.aws', 'docker/library/node', 'sha256:0a1b'],
  ])('%s is read as Docker reads it', (image, host, repository, version) => {
    expect(parseImage(image)).toEqual({ host, repository, version })
  })

  test('that is none is not read', () => {
    for (const image of ['', 'a b:c:d', 'x@sha256', ':tag']) expect(parseImage(image)).toBeUndefined()
  })
})

describe('an image in a registry', () => {
  const asked: string[] = []
  /** A registry that gives a token to everyone, has one image for everyone, and one for some. */
  const registry = createServer(({ url = '', headers }, response) => {
    asked.push(url)
    const host = `127.0.0.1:${(registry.address() as AddressInfo).port}`
    if (url.startsWith('/token')) response.end(JSON.stringify({ token: new URL(url, 'http://x').searchParams.get('scope') }))
    else if (url.startsWith('/v2/broken/')) response.writeHead(500).end()
    else if (url.startsWith('/v2/private/') || headers.authorization !== 'Bearer the-scope')
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token",service="it",scope="the-scope"` }).end()
    else response.writeHead(url === '/v2/team/job/manifests/1' ? 200 : 404).end()
  })
  let host: string
  beforeAll(async () => {
    await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done))
    host = `127.0.0.1:${(registry.address() as AddressInfo).port}`
  })
  afterAll(() => registry.close())
  const look = (image: string) => checkImage(image, new AbortController().signal)

  test('is found with the token that everyone gets', async () => {
    expect(await look(`${host}/team/job:1`)).toEqual({ what: 'image', status: 'ok', text: `${host}/team/job:1 is there, for everyone.` })
    expect(asked).toEqual(['/v2/team/job/manifests/1', '/token?service=it&scope=the-scope', '/v2/team/job/manifests/1'])
  })

  test.each([
    ['team/job:2', 'problem', /is not in 127\.0\.0\.1:\d+\. Look at its name and tag/],
    ['private/job', 'open', /wants to know who asks/],
    ['broken/job', 'open', /answered 500/],
  ])('%s that cannot be had is a %s', async (image, status, text) => {
    expect(await look(`${host}/${image}`)).toEqual({ what: 'image', status, text: expect.stringMatching(text) })
  })

  test('that nobody answers for is left open', async () => {
    expect(await look('127.0.0.1:9/x')).toMatchObject({ status: 'open', text: expect.stringContaining('AWS may reach') })
  })
})
