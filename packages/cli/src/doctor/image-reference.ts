/** An image's name, taken apart. */
export interface ImageReference {
  /** The host that answers for it, with a port if there is one. */
  readonly host: string
  readonly repository: string
  /** A tag or a digest. */
  readonly version: string
}

/** Reads `node:24-slim`, `ghcr.io/me/x`, `public.ecr.aws/docker/library/node@sha256:...` as Docker does: without a host it is Docker Hub's, without a tag `latest`. */
export function parseImage(image: string): ImageReference | undefined {
  const match = /^(?:(?<host>[^/]+)\/)?(?<path>[^:@]+)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>[\w+.-]+:[0-9a-fA-F]+))?$/.exec(image)
  const { host, path, tag, digest } = match?.groups ?? {}
  if (path === undefined) return undefined
  const version = digest ?? tag ?? 'latest'
  const isHost = host !== undefined && (/[.:]/.test(host) || host === 'localhost')
  if (isHost && host !== 'docker.io') return { host, repository: path, version }
  const repository = host === undefined || isHost ? path : `${host}/${path}`
  return { host: 'registry-1.docker.io', repository: repository.includes('/') ? repository : `library/${repository}`, version }
}
