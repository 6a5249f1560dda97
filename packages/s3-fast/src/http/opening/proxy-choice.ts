import { BlockList, isIP } from 'node:net'
import type { HttpOrigin } from '../http-client-seam.ts'

/** The proxy that requests to an origin go through. */
export interface ProxyServer {
  readonly protocol: 'http:' | 'https:'
  readonly hostname: string
  readonly port: number
  /** The value of `proxy-authorization`. */
  readonly authorization: string | undefined
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that the environment names for an origin: `https_proxy` or `HTTPS_PROXY` for https, `http_proxy` or `HTTP_PROXY` for http,
 * then `all_proxy` or `ALL_PROXY`; none where `no_proxy` or `NO_PROXY` matches, and never for loopback addresses and `localhost`, which a proxy cannot reach.
 * `NO_PROXY` holds names (their subdomains included), addresses, networks such as `10.0.0.0/8`, each with a port or without, or `*`.
 *
 * @throws TypeError where what is named is not an http: or https: URL (SOCKS is not spoken).
 */
export function chooseProxy(origin: HttpOrigin, environment: Environment): ProxyServer | undefined {
  const read = (name: string): string | undefined => environment[name] || environment[name.toUpperCase()] || undefined
  const scheme = origin.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const name = read(scheme) === undefined ? 'all_proxy' : scheme
  const named = read(name)
  if (named === undefined || isLoopback(origin.hostname) || isExempt(origin, read('no_proxy') ?? '')) return undefined
  return parseProxy(named, name)
}

function parseProxy(named: string, variable: string): ProxyServer {
  const text = named.includes('://') ? named : `http://${named}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    // The value is not repeated: it may hold a password.
    throw new TypeError(
      `The environment variable ${variable} (or ${variable.toUpperCase()}) names no http: or https: proxy. Correct it, or add the host to NO_PROXY.`,
    )
  }
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  }
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '::1' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  )
}

function isExempt(origin: HttpOrigin, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(origin, entry.toLowerCase()))
}

function matches({ hostname, port }: HttpOrigin, entry: string): boolean {
  const [, network, prefix] = /^(.*)\/(\d{1,3})$/.exec(entry) ?? []
  if (network !== undefined) return isWithin(hostname, network, Number(prefix))
  const bare = entry.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) !== 0) return bare === hostname
  const [, name = bare, onlyPort] = /^\[?(.*?)\]?:(\d+)$/.exec(entry) ?? []
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false
  const suffix = name.replace(/^\*?\./, '')
  const host = hostname.toLowerCase()
  return host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`))
}

function isWithin(hostname: string, network: string, prefix: number): boolean {
  const family = isIP(network)
  if (family === 0 || isIP(hostname) !== family || prefix > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const type = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, prefix, type)
  return list.check(hostname, type)
}
