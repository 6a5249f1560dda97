import type { IncomingMessage } from 'node:http'
import type { VerifiedSignature } from '../sigv4/verify-signature.ts'
import { S3Error } from './s3-error.ts'

/** Headers by name in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** A request whose signature holds, as operations see it. */
export interface S3Request {
  readonly incoming: IncomingMessage
  /** `''` where the request is not for a bucket. */
  readonly bucket: string
  /** `''` where the request is not for an object. */
  readonly key: string
  readonly query: ReadonlyMap<string, string>
  /** Names in lower case. Those that a presigned URL carries as parameters are among them. */
  readonly headers: RequestHeaders
  readonly signature: VerifiedSignature
  /** Asks a client that waits for it to send the body. */
  readonly sendContinue: () => void
}

/** The value of a header. */
export function headerOf({ headers }: Pick<S3Request, 'headers'>, name: string): string | undefined {
  const value = headers[name]
  return value === undefined || typeof value === 'string' ? value : value.join(', ')
}

/**
 * A parameter that is a whole number between two limits.
 *
 * @throws S3Error InvalidArgument.
 */
export function wholeNumber(
  { query }: S3Request,
  name: string,
  { least, most, fallback }: { readonly least: number; readonly most: number; readonly fallback: number },
): number {
  const text = query.get(name)
  if (text === undefined || text === '') return fallback
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value) || value < least || value > most)
    throw new S3Error('InvalidArgument', {
      message: Number.isNaN(value)
        ? `Provided ${name} not an integer or within integer range`
        : `Argument ${name} must be an integer between ${least} and ${most}`,
      details: { ArgumentName: name, ArgumentValue: text },
    })
  return value
}
