import type { QueryPairs } from './canonical/query.ts'
import { SignatureError } from './signature-error.ts'
import type { CredentialScope } from './signing-key.ts'

/** A signature, and what it says about itself. */
export interface Authorization {
  readonly kind: 'header' | 'query'
  readonly accessKeyId: string
  readonly scope: CredentialScope
  /** Names in lower case, in the order in which they were signed. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const headerForm = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-fA-F]+)$/
const algorithm = 'AWS4-HMAC-SHA256'

/**
 * Reads an `Authorization` header.
 *
 * @throws SignatureError AuthorizationHeaderMalformed, or InvalidRequest for another algorithm.
 */
export function parseAuthorizationHeader(header: string): Authorization {
  if (!header.startsWith(`${algorithm} `))
    throw new SignatureError(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${algorithm}, Signature Version 4.`,
    )
  const match = headerForm.exec(header)
  if (!match)
    throw new SignatureError('AuthorizationHeaderMalformed', 'The authorization header needs Credential, SignedHeaders and Signature.')
  const [, credential = '', signedHeaders = '', signature = ''] = match
  return {
    kind: 'header',
    ...parseCredential(credential, 'AuthorizationHeaderMalformed'),
    signedHeaders: signedHeaders.split(';'),
    signature,
  }
}

/**
 * Reads the signature of a presigned URL, or gives `undefined` where there is none.
 *
 * @throws SignatureError AuthorizationQueryParametersError.
 */
export function parseAuthorizationQuery(query: QueryPairs): Authorization | undefined {
  const find = (name: string): string | undefined => query.find((pair) => pair[0] === name)?.[1]
  const [named, credential, signedHeaders, signature] = [
    find('X-Amz-Algorithm'),
    find('X-Amz-Credential'),
    find('X-Amz-SignedHeaders'),
    find('X-Amz-Signature'),
  ]
  if (named === undefined && signature === undefined) return undefined
  if (named !== algorithm) throw new SignatureError('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports "${algorithm}".`)
  if (credential === undefined || signedHeaders === undefined || signature === undefined)
    throw new SignatureError(
      'AuthorizationQueryParametersError',
      'A presigned URL needs X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders and X-Amz-Expires.',
    )
  return {
    kind: 'query',
    ...parseCredential(credential, 'AuthorizationQueryParametersError'),
    signedHeaders: signedHeaders.split(';'),
    signature,
  }
}

function parseCredential(
  text: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): Pick<Authorization, 'accessKeyId' | 'scope'> {
  const parts = text.split('/')
  const [terminator, service, region, date] = parts.toReversed()
  if (parts.length < 5 || terminator !== 'aws4_request' || !service || !region || !date || !/^\d{8}$/.test(date))
    throw new SignatureError(code, `The credential "${text}" is not of the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request.`)
  return { accessKeyId: parts.slice(0, -4).join('/'), scope: { date, region, service } }
}
