import type { RequestSubject } from './request-subject.ts'
import type { S3ErrorCode } from './s3-error-code.ts'

/** Why it failed and what to do next, as sentences that go on after `Could not read s3://bucket/key: `. */
export function advice(
  code: S3ErrorCode,
  { bucket, key, region }: Pick<RequestSubject, 'bucket' | 'key'> & { readonly region?: string | undefined },
): string {
  switch (code) {
    case 'not-found':
      return key === undefined
        ? 'it does not exist.'
        : 'there is no such object. Look at the spelling of the key: list shows what is there.'
    case 'bucket-not-found':
      return `there is no bucket "${bucket}". Look at its spelling and at the endpoint, or create it.`
    case 'forbidden':
      return 'the credentials may not do this. The policies of the bucket and of the user or role must allow it; without s3:ListBucket S3 also says this of objects that do not exist.'
    case 'invalid-credentials':
      return 'S3 does not accept these credentials. Look at the access key id, the secret and the endpoint: aws sts get-caller-identity tells whose keys they are.'
    case 'expired-credentials':
      return 'the credentials have expired. Log in again (aws sso login) or renew the keys; give a provider function to have them renewed.'
    case 'credentials-unavailable':
      return 'there are no credentials.'
    case 'clock-skew':
      return "this machine's clock is too far from the server's. Set it, for instance with NTP."
    case 'precondition-failed':
      return 'the object is not, or no longer, the one that was asked for. Read it again for what is there now.'
    case 'already-exists':
      return key === undefined ? 'the bucket exists already.' : 'there is an object of this key already, and it was left as it is.'
    case 'range-not-satisfiable':
      return "the range begins after the object's end. Its size is in info(key).sizeBytes."
    case 'archived':
      return 'the object is in an archive and must be restored before it can be read (aws s3api restore-object).'
    case 'corrupt-body':
      return 'the server did not receive the bytes that were sent: their checksum is another.'
    case 'throttled':
      return 'the service asks to slow down. Ask for fewer objects at once, or spread them over more prefixes.'
    case 'server-error':
      return 'the service failed. Try again later.'
    case 'timeout':
      return 'no bytes came for too long. Try again, or look at the network.'
    case 'conflict':
      return 'another operation on it is under way. Try again later.'
    case 'wrong-region':
      return region === undefined
        ? 'the bucket is in another region or at another endpoint. Give its region: new S3({ region }).'
        : `the bucket is in ${region}. Give this region: new S3({ region: "${region}" }).`
    case 'unsupported':
      return 'the server does not support this.'
    case 'changed':
      return 'it was replaced while it was read. Read it again for what is there now.'
    case 'connection-failed':
      return 'the connection ended early. Try again, or look at the network.'
    case 'protocol':
      return 'the answer is not one of S3. Is the endpoint an S3 service?'
    case 'invalid-request':
      return 'S3 rejects the request as it is.'
    case 'aborted':
      return 'it was ended by the caller.'
  }
}
