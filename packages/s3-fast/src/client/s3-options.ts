import type { RunIdentity } from '../call/location.ts'
import type { CredentialProvider, ExpiringCredentials } from '../credentials/credential-source.ts'

/** How a client is made. Every field has a default; AWS itself is configured in AWS's own ways. */
export interface S3Options {
  /** `s3://bucket/prefix`: keys are relative to it. Default: none, and keys are full URLs. */
  readonly root?: string
  /** Keys are relative to `root/flowName/runId/`. Millrace's `current` is such a run, in the body of a step. Default root then: `MILLRACE_S3_ROOT`, else `data` below an `s3://` `MILLRACE_DATASTORE_ROOT`. */
  readonly run?: RunIdentity
  /** `http://127.0.0.1:9000`. Default: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, the profile's, else AWS. */
  readonly endpoint?: string
  /** Default: `AWS_REGION`, the profile's, else `us-east-1`. A bucket elsewhere is found by itself. */
  readonly region?: string
  /** The profile of `~/.aws/config` that credentials, region and endpoint come from. Default: `AWS_PROFILE`, else `default`. */
  readonly profile?: string
  /** Keys, or a function that fetches them. Default: the chain of the AWS SDK, refreshed before they expire. */
  readonly credentials?: ExpiringCredentials | CredentialProvider
  /** Whether the bucket is in the path and not in the host's name. Default: so for addresses, `localhost` and other names of one word, and where TLS cannot cover the name. */
  readonly forcePathStyle?: boolean
  /** AWS's endpoints with FIPS 140 validated cryptography. Default: `AWS_USE_FIPS_ENDPOINT`, the profile's. */
  readonly useFipsEndpoint?: boolean
  /** AWS's endpoints that have IPv6 too. Default: `AWS_USE_DUALSTACK_ENDPOINT`, the profile's. */
  readonly useDualstackEndpoint?: boolean
  /** Certificates to trust instead of Node's own, in PEM, for an endpoint with its own. */
  readonly ca?: string | Buffer
  /** The most connections to an endpoint at once. Default 256; it begins with 16, and takes more as long as that makes it faster. */
  readonly maxConnections?: number
  /** How many bytes of bodies each call that reads many keeps in memory; larger ones go to temporary files. Default 268,435,456: 256 MiB. */
  readonly memoryBytes?: number
  /** Where the folder for temporary files is made. Default: the system's. */
  readonly temporaryFolder?: string
  /** How long a connection may be silent before the attempt counts as failed. Default 30,000. */
  readonly idleTimeoutMs?: number
  /** How long one request may take in all, with everything that is tried again. Default 180,000: 3 minutes. Each part of a large object counts anew. */
  readonly deadlineMs?: number
}
