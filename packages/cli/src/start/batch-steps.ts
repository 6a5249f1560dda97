import { openStore, readTask } from '@millrace/artifact-store'
import type { FlowExecutor, StepContainer } from '@millrace/batch-executor/flow'
import { type StepOptions, systemClock } from '@millrace/core-graph'
import type { CommandContext } from '../commands/command.ts'
import { formatTime } from '../render/time.ts'
import { UsageError } from '../usage-error.ts'
import type { RunRequest } from './run-request.ts'

/** The variables that lead to another AWS than the real one; the devstack gives its containers their own. */
const passedOn = ['AWS_REGION', 'AWS_DEFAULT_REGION'] as const

/** The steps of a run that go to AWS Batch. */
export interface BatchSteps {
  readonly executor: FlowExecutor
  readonly steps: ReadonlySet<string>
}

/**
 * What runs the steps that ask for AWS Batch, by their own options or by `--with batch`; `undefined` where there is none. Nothing of it is loaded then.
 *
 * @throws UsageError with all that is wrong, before a run is there: no queue, or one that cannot be used or lacks what a step asks for, a datastore that AWS cannot reach,
 * code that cannot be sent.
 */
export async function batchSteps(
  context: CommandContext,
  { stepOptions, request }: { readonly stepOptions: ReadonlyMap<string, StepOptions>; readonly request: RunRequest },
): Promise<BatchSteps | undefined> {
  const steps = new Set([...stepOptions].flatMap(([step, { batch }]) => (batch === undefined ? [] : [step])))
  if (steps.size === 0) return undefined
  checkPlaces(context, stepOptions, steps)
  const [{ BatchExecutor }, { BatchWorkerJobs, FlowExecutor }, { sendCodePackage }, { bootstrapCommand }] = await Promise.all([
    import('@millrace/batch-executor'),
    import('@millrace/batch-executor/flow'),
    import('../code-package/send-code-package.ts'),
    import('../code-package/bootstrap-command.ts'),
  ])
  const { settings, module, output } = context
  const { queue = '', ...places } = settings.batch
  const store = openStore(settings.datastoreRoot)
  const batch = new BatchExecutor({ ...places, queue: queue || (firstQueue(stepOptions) ?? '') })
  const jobs = new BatchWorkerJobs({
    executor: batch,
    user: settings.user,
    command: bootstrapCommand,
    environment: Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    containerOf: (step) => containerOf(stepOptions.get(step) ?? {}),
  })
  const send = sendCodePackage(store, { flow: context.definition.name, sourceFile: module.sourceFile, include: settings.include })
  try {
    await allOrUsageError([send, ...[...steps].map((step) => jobs.check(step))])
  } catch (error) {
    await batch.close()
    throw error
  }
  const { maxWorkers, maxLogSizeMB = 10 } = request.options
  const executor = new FlowExecutor({
    store,
    jobs,
    clock: systemClock,
    maxLogBytes: maxLogSizeMB * 1e6,
    ...(maxWorkers === undefined ? {} : { maxWorkers }),
    ...(request.maxQueueMs === undefined ? {} : { maxQueueMs: request.maxQueueMs }),
    readRecord: (address) => readTask(store, address),
    sendCode: () => send,
    onNote: (text) => output.note(`${formatTime(new Date())} ${text}`),
    onClose: () => batch.close(),
  })
  return { executor, steps }
}

/** Waits for all of them. @throws UsageError with the message of each that fails, once. */
async function allOrUsageError(checks: readonly Promise<unknown>[]): Promise<void> {
  const problems = (await Promise.allSettled(checks)).flatMap((check) => (check.status === 'rejected' ? [check.reason] : []))
  if (problems.length === 0) return
  const unexpected = problems.find((problem) => !(problem instanceof Error))
  if (unexpected) throw unexpected
  throw new UsageError([...new Set(problems.map(({ message }: Error) => message))])
}

function containerOf({ batch = true, resources = {} }: StepOptions): StepContainer {
  return { resources, batch: batch === true ? {} : batch }
}

const firstQueue = (options: ReadonlyMap<string, StepOptions>): string | undefined =>
  [...options.values()].map(({ batch }) => (typeof batch === 'object' ? batch.queue : undefined)).find((queue) => queue !== undefined)

function checkPlaces({ settings }: CommandContext, stepOptions: ReadonlyMap<string, StepOptions>, steps: ReadonlySet<string>): void {
  const problems: string[] = []
  const homeless = [...steps].filter((step) => {
    const batch = stepOptions.get(step)?.batch
    return settings.batch.queue === undefined && !(typeof batch === 'object' && batch.queue !== undefined)
  })
  if (homeless.length > 0)
    problems.push(
      `No queue of AWS Batch is known for ${homeless.join(', ')}. Set MILLRACE_BATCH_QUEUE, write --with batch:queue=NAME, or let "millrace configure" write it into your settings.`,
    )
  if (!settings.datastoreRoot.startsWith('s3://'))
    problems.push(
      `Steps on AWS Batch need a datastore that they can reach, and ${settings.datastoreRoot} is on this machine. Give one on S3: --datastore-root s3://BUCKET/PREFIX, or MILLRACE_DATASTORE_ROOT.`,
    )
  if (problems.length > 0) throw new UsageError(problems)
}
