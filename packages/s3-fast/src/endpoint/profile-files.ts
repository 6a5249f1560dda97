import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Whether a profile may say something: one is named, or there is a file of profiles. Where not, nothing of the AWS SDK has to be asked what it says. */
export function mayHaveProfiles(env: NodeJS.ProcessEnv): boolean {
  return (
    Boolean(env.AWS_PROFILE) || hasConfigFile(env) || existsSync(env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials'))
  )
}

/** Whether there is the file that names regions and endpoints. */
export function hasConfigFile(env: NodeJS.ProcessEnv): boolean {
  return existsSync(env.AWS_CONFIG_FILE ?? join(homedir(), '.aws', 'config'))
}
