import type { SigningCredentials } from './signing-credentials.ts'

/** Keys, with the instant from which on they are no longer valid. */
export interface ExpiringCredentials extends SigningCredentials {
  /** Default: never. */
  readonly expiration?: Date | undefined
}

/**
 * Gives keys. Called again before they expire, and with `forceRefresh` when S3 says that they have expired: what it kept is not wanted then.
 * Every provider of the AWS SDK is one.
 */
export type CredentialProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<ExpiringCredentials>

/** Keys in the environment, which come first in the SDK's chain where no profile is named: read here, as loading the chain takes 90 ms of CPU. */
function environmentCredentials(profile: string | undefined): ExpiringCredentials | undefined {
  const {
    AWS_PROFILE,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env
  // With an expiration they are somebody's who renews them: the chain knows how.
  if (profile || AWS_PROFILE || process.env.AWS_CREDENTIAL_EXPIRATION || !accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

/** The AWS SDK's own chain: environment, profile, SSO, process, web identity, container, instance. Loaded when it is first needed. */
export function defaultCredentials({ profile }: { readonly profile?: string | undefined } = {}): CredentialProvider {
  let loading: Promise<CredentialProvider> | undefined
  return async (options) => {
    const given = environmentCredentials(profile)
    if (given) return given
    loading ??= import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) =>
      defaultProvider(profile === undefined ? {} : { profile }),
    )
    const provider = await loading
    return await provider(options)
  }
}
