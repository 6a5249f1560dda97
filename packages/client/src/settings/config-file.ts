import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { insteadOf } from '@millrace/core-graph'
import { invalidSetting } from './invalid-setting.ts'

/** What a `millrace.config.json` may say. */
export interface FileSettings {
  /** A folder, from the file's own, or a URL. */
  readonly datastoreRoot?: string
  readonly user?: string
  readonly namespace?: string
  readonly durable?: boolean
  readonly maxWorkers?: number
  /** The name or ARN of a queue. */
  readonly batchQueue?: string
  readonly batchImage?: string
  /** An ARN. */
  readonly batchJobRole?: string
  /** An ARN. */
  readonly batchExecutionRole?: string
  /** What goes to AWS Batch beside the flow's bundle. */
  readonly package?: { readonly include?: readonly string[] }
}

const shapes: Record<keyof FileSettings, { readonly is: (value: unknown) => boolean; readonly name: string }> = {
  datastoreRoot: { is: isText, name: 'text' },
  user: { is: isText, name: 'text' },
  namespace: { is: isText, name: 'text' },
  durable: { is: (value) => typeof value === 'boolean', name: 'true or false' },
  maxWorkers: { is: (value) => Number.isSafeInteger(value) && Number(value) > 0, name: 'a whole number above 0' },
  batchQueue: { is: isText, name: 'text' },
  batchImage: { is: isText, name: 'text' },
  batchJobRole: { is: isText, name: 'text' },
  batchExecutionRole: { is: isText, name: 'text' },
  package: { is: isPackage, name: 'an object such as { "include": ["model.bin", "node_modules/sharp"] }' },
}

function isPackage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { include = [], ...others } = value as { include?: unknown }
  return Object.keys(others).length === 0 && Array.isArray(include) && include.every(isText)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** The settings of the nearest `millrace.config.json`, in `folder` or above it. @throws MillraceError `invalid-setting` where the file is not right. */
export function readConfigAbove(folder: string): FileSettings {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const settings = readConfigFile(join(at, 'millrace.config.json'))
    if (settings) return settings
    if (dirname(at) === at) return {}
  }
}

/** The settings of one file, or `undefined` where there is none. @throws MillraceError `invalid-setting` where the file is not right. */
export function readConfigFile(path: string): FileSettings | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw invalidSetting(path, `Could not read the settings in ${path}: ${message}`)
  }
  return checkSettings(parse(text, path), path)
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidSetting(
      path,
      `Could not read the settings in ${path}, which is not JSON: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function checkSettings(content: unknown, path: string): FileSettings {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw invalidSetting(path, `Could not use the settings in ${path}: it must hold one JSON object, such as { "maxWorkers": 4 }.`)
  const problems: string[] = []
  for (const [name, value] of Object.entries(content)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name as keyof FileSettings] : undefined
    if (!shape) {
      problems.push(`${path} has a setting ${JSON.stringify(name)} that does not exist. ${insteadOf(name, Object.keys(shapes))}`)
    } else if (!shape.is(value)) problems.push(`${path} has ${JSON.stringify(value)} for ${name}, which must be ${shape.name}.`)
  }
  if (problems.length > 0) throw invalidSetting(path, problems)
  const settings = content as FileSettings
  const root = settings.datastoreRoot
  return root === undefined || root.includes(':') ? settings : { ...settings, datastoreRoot: resolve(dirname(path), root) }
}
