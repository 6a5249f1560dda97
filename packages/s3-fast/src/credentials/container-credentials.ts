import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHttpClient } from '../http/create-http-client.ts'
import type { HttpOrigin } from '../http/http-client-seam.ts'
import type { CredentialProvider, ExpiringCredentials } from './credential-source.ts'

/** Where ECS and EKS give keys to containers; others are reached by TLS or on the machine itself. */
const containerHosts: ReadonlySet<string> = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', '[::1]', 'localhost'])
/** A machine on which many containers begin at once may take seconds to answer. */
const attempts = 5
const timeoutMs = 5_000
const firstWaitMs = 100

/**
 * The keys of a container's role, as ECS, AWS Batch, Lambda and EKS give them: what the AWS SDK's provider asks for, without loading the SDK.
 * `undefined` where the environment names no such place, or one that is left to the SDK to judge. One GET for each set of keys, tried five times within some seconds.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function containerCredentials(env: NodeJS.ProcessEnv): CredentialProvider | undefined {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = env
  const text = relative ? `http://169.254.170.2${relative}` : full
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  if (!url || !isTrusted(url)) return undefined
  return async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetchKeys(url, env)
      } catch (error) {
        if (attempt === attempts) throw error
        await sleep(firstWaitMs * 2 ** (attempt - 1) * (0.5 + Math.random()))
      }
    }
  }
}

/** Whether keys that come from there cannot be read or given by others on the way. */
function isTrusted({ protocol, hostname, username }: URL): boolean {
  if (username !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && (containerHosts.has(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname)))
}

async function fetchKeys(url: URL, env: NodeJS.ProcessEnv): Promise<ExpiringCredentials> {
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const token = file ? readFileSync(file, 'utf8').trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN
  if (token !== undefined && /[\r\n]/.test(token)) throw new Error('the token for the keys of this container has a line break in it')
  // Never by a proxy: the place is this container's own.
  await using http = createHttpClient({ environment: {} })
  const { status, body } = await http.request({
    origin: originOf(url),
    method: 'GET',
    target: `${url.pathname}${url.search}`,
    headers: `host: ${url.host}\r\n${token ? `authorization: ${token}\r\n` : ''}`,
    idleTimeoutMs: timeoutMs,
  })
  if (status !== 200) throw new Error(`${url.origin}, where this container gets its keys, answered ${status}`)
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(body.toString('utf8')) as Record<string, string | undefined>
  return {
    accessKeyId: AccessKeyId ?? '',
    secretAccessKey: SecretAccessKey ?? '',
    ...(Token === undefined ? {} : { sessionToken: Token }),
    ...(Expiration === undefined ? {} : { expiration: new Date(Expiration) }),
  }
}

function originOf({ protocol, hostname, port }: URL): HttpOrigin {
  const isTls = protocol === 'https:'
  return {
    protocol: isTls ? 'https:' : 'http:',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
  }
}
