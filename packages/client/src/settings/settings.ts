import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { findRoot, openStore } from '@millrace/artifact-store'
import { type FileSettings, readConfigAbove, readConfigFile } from './config-file.ts'
import { readEnvironment } from './environment.ts'
import { invalidSetting } from './invalid-setting.ts'

/** What steps on AWS Batch get where they do not say otherwise. */
export interface BatchSettings {
  /** The name or ARN of a queue. */
  readonly queue?: string
  readonly image?: string
  /** The ARN of the role that the code of a step has. */
  readonly jobRole?: string
  /** The ARN of the role that pulls the image and writes logs. */
  readonly executionRole?: string
}

/** What a command works with, when options, environment and files have been put together. */
export interface Settings {
  /** A path or a URL. */
  readonly datastoreRoot: string
  readonly user: string
  readonly namespace: string
  readonly durable: boolean
  /** Absent: as many as the runtime finds right. */
  readonly maxWorkers?: number
  readonly batch: BatchSettings
  /** Files that go to AWS Batch beside the flow's bundle: paths and patterns from the flow file's folder. */
  readonly include: readonly string[]
}

/** Where settings come from. */
export interface SettingsSources {
  /** As typed: strongest. */
  readonly options: { readonly datastoreRoot?: string; readonly namespace?: string; readonly maxWorkers?: number }
  readonly environment: NodeJS.ProcessEnv
  readonly workingDirectory: string
  /** Where the search for `millrace.config.json` starts. */
  readonly flowFolder: string
}

/**
 * Settings, strongest first: option, environment (`MILLRACE_DATASTORE_ROOT`, `MILLRACE_USER`, `MILLRACE_NAMESPACE`, `MILLRACE_DURABLE`,
 * `MILLRACE_MAX_WORKERS`, `MILLRACE_BATCH_QUEUE`, `MILLRACE_BATCH_IMAGE`, `MILLRACE_BATCH_JOB_ROLE`, `MILLRACE_BATCH_EXECUTION_ROLE`), `millrace.config.json` beside the flow or above it, `$XDG_CONFIG_HOME/millrace/config.json` (default `~/.config`).
 *
 * @throws MillraceError `invalid-setting` for a file or a variable that cannot be used; each problem is a line of its message.
 */
export function readSettings({ options, environment, workingDirectory, flowFolder }: SettingsSources): Settings {
  const layers: readonly FileSettings[] = [
    options,
    readEnvironment(environment),
    readConfigAbove(flowFolder),
    readConfigFile(usersConfigFile(environment)) ?? {},
  ]
  const settings: FileSettings = Object.assign({}, ...layers.toReversed())
  const { datastoreRoot: root, user = systemUser(environment), namespace = `user:${user}`, durable = false, maxWorkers } = settings
  return {
    datastoreRoot: root === undefined ? findRoot(workingDirectory) : datastoreAt(root, workingDirectory),
    user,
    namespace,
    durable,
    ...(maxWorkers === undefined ? {} : { maxWorkers }),
    batch: batchSettings(settings),
    include: settings.package?.include ?? [],
  }
}

/** The user's own settings file, which need not exist. */
export function usersConfigFile(environment: NodeJS.ProcessEnv): string {
  return join(environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), '.config'), 'millrace', 'config.json')
}

/** Those of a file's settings that steps on AWS Batch go by. */
export function batchSettings({ batchQueue, batchImage, batchJobRole, batchExecutionRole }: FileSettings): BatchSettings {
  return {
    ...(batchQueue === undefined ? {} : { queue: batchQueue }),
    ...(batchImage === undefined ? {} : { image: batchImage }),
    ...(batchJobRole === undefined ? {} : { jobRole: batchJobRole }),
    ...(batchExecutionRole === undefined ? {} : { executionRole: batchExecutionRole }),
  }
}

function datastoreAt(root: string, workingDirectory: string): string {
  if (root === '')
    throw invalidSetting(
      'datastoreRoot',
      'The datastore cannot be used: its root is empty. Give a folder, such as .millrace, or s3://bucket/prefix.',
    )
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(root)?.[1]?.toLowerCase()
  if (scheme === undefined) return resolve(workingDirectory, root)
  if (scheme !== 'file' && scheme !== 's3')
    throw invalidSetting(
      root,
      `The datastore ${root} cannot be used: it is no folder and no s3:// URL. Give a folder, such as .millrace, or s3://bucket/prefix.`,
    )
  try {
    openStore(root)
    return root
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError ? invalidSetting(root, error.message) : error
  }
}

function systemUser(environment: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a user id that has no name.
    return environment.USER || 'unknown'
  }
}
