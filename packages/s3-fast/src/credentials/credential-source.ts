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

/** The AWS SDK's own chain: environment, profile, SSO, process, web identity, container, instance. Loaded when it is first needed. */
export function defaultCredentials({ profile }: { readonly profile?: string | undefined } = {}): CredentialProvider {
  let loading: Promise<CredentialProvider> | undefined
  return async (options) => {
    loading ??= import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) =>
      defaultProvider(profile === undefined ? {} : { profile }),
    )
    const provider = await loading
    return await provider(options)
  }
}
