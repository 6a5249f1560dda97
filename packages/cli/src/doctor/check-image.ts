import { type Finding, fine, open, problem } from './finding.ts'
import { type ImageReference, parseImage } from './image-reference.ts'

const timeoutMs = 10_000
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/**
 * Whether the image is in its registry, asked as anyone may: two or three requests. A registry that wants to know who asks, such as ECR of an account, leaves it open.
 * Source: the OCI distribution specification, pulling manifests, https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export async function checkImage(image: string, signal: AbortSignal): Promise<Finding> {
  const reference = parseImage(image)
  if (!reference) return problem('image', `${JSON.stringify(image)} is not the name of an image. Write one such as node:24-slim.`)
  try {
    const status = await askRegistry(reference, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
    if (status === 200) return fine('image', `${image} is there, for everyone.`)
    if (status === 404)
      return problem('image', `${image} is not in ${reference.host}. Look at its name and tag; one that needs Node is node:24-slim.`)
    if (status === 401 || status === 403)
      return open(
        'image',
        `${image} is not for everyone, or not there: ${reference.host} wants to know who asks. The execution role needs to be let in; a job shows it.`,
      )
    return open('image', `${image} could not be looked up: ${reference.host} answered ${status}.`)
  } catch (error) {
    signal.throwIfAborted()
    const { message, cause } = error as Error
    return open(
      'image',
      `${image} could not be looked up: ${cause instanceof Error ? cause.message : message}. AWS may reach ${reference.host} all the same.`,
    )
  }
}

async function askRegistry({ host, repository, version }: ImageReference, signal: AbortSignal): Promise<number> {
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(host) ? 'http' : 'https'
  const url = `${scheme}://${host}/v2/${repository}/manifests/${version}`
  const ask = async (headers: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, { method: 'HEAD', headers: { accept: manifestTypes, ...headers }, signal })
    await response.body?.cancel()
    return response
  }
  const first = await ask({})
  if (first.status !== 401) return first.status
  const token = await anyonesToken(first.headers.get('www-authenticate') ?? '', signal)
  return token === undefined ? 401 : (await ask({ authorization: `Bearer ${token}` })).status
}

/** A token that a registry gives to whoever asks. */
async function anyonesToken(challenge: string, signal: AbortSignal): Promise<string | undefined> {
  const fields = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))
  const realm = fields.get('realm')
  if (!/^bearer /i.test(challenge) || realm === undefined) return undefined
  const url = new URL(realm)
  for (const name of ['service', 'scope']) {
    const value = fields.get(name)
    if (value !== undefined) url.searchParams.set(name, value)
  }
  const response = await fetch(url, { signal })
  if (!response.ok) return undefined
  const { token, access_token } = (await response.json()) as { token?: string; access_token?: string }
  return token ?? access_token
}
