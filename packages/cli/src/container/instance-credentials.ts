import type { IncomingMessage, RequestOptions } from 'node:http'

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

const attempts = 3
const timeoutMs = 2_000

/**
 * In a worker's container, what stands for the whole credential chain of the AWS SDK, which is not sent along: after the environment and the container's own role, which the S3 client
 * looks at itself, there is the role of the machine. It is asked three times.
 *
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export function defaultProvider(): () => Promise<Keys> {
  const base = `${process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT?.replace(/\/$/, '') ?? 'http://169.254.169.254'}/latest`
  return async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetchKeys(base)
      } catch (cause) {
        if (attempt < attempts) continue
        throw new Error(
          `this container has no role, and its machine gives none either (${cause instanceof Error ? cause.message : cause})`,
          {
            cause,
          },
        )
      }
    }
  }
}

async function fetchKeys(base: string): Promise<Keys> {
  const token = await ask(`${base}/api/token`, { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' } })
  const options = { headers: { 'x-aws-ec2-metadata-token': token } }
  const roles = `${base}/meta-data/iam/security-credentials/`
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(await ask(roles + (await ask(roles, options)), options))
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiration: new Date(Expiration) }
}

function ask(url: string, options: RequestOptions): Promise<string> {
  // Not imported: an import of node:http as a module loads all of its fetch.
  const { request } = process.getBuiltinModule('node:http')
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage): void => {
      const parts: Buffer[] = []
      answer
        .on('data', (part: Buffer) => parts.push(part))
        .on('error', reject)
        .on('end', () =>
          answer.statusCode === 200
            ? resolve(Buffer.concat(parts).toString('utf8').trim())
            : reject(new Error(`${url} answered ${answer.statusCode}`)),
        )
    }
    request(url, { ...options, signal: AbortSignal.timeout(timeoutMs) }, onAnswer)
      .on('error', reject)
      .end()
  })
}
