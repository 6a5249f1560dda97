import { mayHaveProfiles } from '../endpoint/profile-files.ts'
import { containerCredentials } from './container-credentials.ts'
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

/**
 * The AWS SDK's own chain: environment, profile, SSO, process, web identity, container, instance. Loaded when it is first needed: where the environment has
 * keys and names no profile, or is that of a container with a role and without profiles, what the chain would give is got without it, and its half second is saved.
 */
export function defaultCredentials({ profile }: { readonly profile?: string | undefined } = {}): CredentialProvider {
  let loading: Promise<CredentialProvider> | undefined
  return async (options) => {
    const fromEnvironment = profile === undefined ? environmentCredentials(process.env) : undefined
    if (fromEnvironment) return fromEnvironment
    loading ??=
      ofContainer(profile, process.env) ??
      import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) => defaultProvider(profile === undefined ? {} : { profile }))
    const provider = await loading
    return await provider(options)
  }
}

/** As the SDK reads them; keys that say when they expire are left to it, which says what to do about them. */
function environmentCredentials(environment: NodeJS.ProcessEnv): ExpiringCredentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment
  if (!accessKeyId || !secretAccessKey || environment.AWS_PROFILE || environment.AWS_CREDENTIAL_EXPIRATION) return undefined
  return sessionToken ? { accessKeyId, secretAccessKey, sessionToken } : { accessKeyId, secretAccessKey }
}

/** The keys of a container's role, where the chain would come to them. */
function ofContainer(profile: string | undefined, env: NodeJS.ProcessEnv): Promise<CredentialProvider> | undefined {
  const isLater = profile !== undefined || env.AWS_ACCESS_KEY_ID || env.AWS_WEB_IDENTITY_TOKEN_FILE || mayHaveProfiles(env)
  const provider = isLater ? undefined : containerCredentials(env)
  return provider && Promise.resolve(provider)
}
