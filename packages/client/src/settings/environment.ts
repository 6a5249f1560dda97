import type { FileSettings } from './config-file.ts'
import { invalidSetting } from './invalid-setting.ts'

/** The variables that set a text. */
const textVariables = {
  datastoreRoot: 'MILLRACE_DATASTORE_ROOT',
  user: 'MILLRACE_USER',
  namespace: 'MILLRACE_NAMESPACE',
  batchQueue: 'MILLRACE_BATCH_QUEUE',
  batchImage: 'MILLRACE_BATCH_IMAGE',
  batchJobRole: 'MILLRACE_BATCH_JOB_ROLE',
  batchExecutionRole: 'MILLRACE_BATCH_EXECUTION_ROLE',
} as const satisfies Partial<Record<keyof FileSettings, string>>

/** The settings that the environment has; an empty variable is none. @throws MillraceError `invalid-setting` for a variable that cannot be used. */
export function readEnvironment(environment: NodeJS.ProcessEnv): FileSettings {
  const texts = Object.entries(textVariables).flatMap(([name, variable]) => (environment[variable] ? [[name, environment[variable]]] : []))
  const { MILLRACE_DURABLE: durable, MILLRACE_MAX_WORKERS: maxWorkers } = environment
  const problems = [
    ...(durable && !/^(1|0|true|false)$/.test(durable)
      ? [['MILLRACE_DURABLE', `MILLRACE_DURABLE is ${JSON.stringify(durable)}, and must be 1 or 0.`] as const]
      : []),
    ...(maxWorkers && !/^[1-9]\d{0,5}$/.test(maxWorkers)
      ? [['MILLRACE_MAX_WORKERS', `MILLRACE_MAX_WORKERS is ${JSON.stringify(maxWorkers)}, and must be a whole number above 0.`] as const]
      : []),
  ]
  const [first] = problems
  if (first)
    throw invalidSetting(
      first[0],
      problems.map(([, problem]) => problem),
    )
  return {
    ...Object.fromEntries(texts),
    ...(durable ? { durable: durable === '1' || durable === 'true' } : {}),
    ...(maxWorkers ? { maxWorkers: Number(maxWorkers) } : {}),
  }
}
