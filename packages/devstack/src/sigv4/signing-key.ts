import { createHmac } from 'node:crypto'

/** What a signature is bound to: `20261123/us-east-1/s3/aws4_request`, without its last word. */
export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
}

const known = new Map<string, Buffer>()
const mostKnown = 64

/** The key that a day's signatures are made with. Derived once for a secret and a scope, then remembered. */
export function signingKey(secretAccessKey: string, { date, region, service }: CredentialScope): Buffer {
  const name = `${secretAccessKey}\n${date}\n${region}\n${service}`
  const found = known.get(name)
  if (found) return found
  const steps = [date, region, service, 'aws4_request']
  const key = steps.reduce<Buffer>((key, step) => hmac(key, step), Buffer.from(`AWS4${secretAccessKey}`))
  if (known.size >= mostKnown) known.clear()
  known.set(name, key)
  return key
}

/** The signature of a string, in hexadecimal. */
export function signString(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
