import { openStore } from '@millrace/artifact-store'
import type { FlowClass, TaskSpec } from '@millrace/core-graph'
import { errorToRecord } from '../error-record.ts'
import { findFlow } from '../find-flow.ts'
import { becomeWorker, registeredFlow } from '../flow-module.ts'
import { BlockingLoader } from '../task/on-demand/blocking-loader.ts'
import type { TaskEnvironment } from '../task/run-body.ts'
import { runTask } from '../task/run-task.ts'
import { activeWork, addedWork } from './leftover.ts'
import { blockStreams, writeLast } from './output-streams.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

becomeWorker()
blockStreams()

const [, , moduleUrl = '', flowName = ''] = process.argv

const post = process.send?.bind(process)
// Libraries speak to whoever started them where they can: a step must not find our channel.
Reflect.deleteProperty(process, 'send')

const send = (message: FromWorker): Promise<void> =>
  new Promise((resolve) => {
    post?.(message, undefined, undefined, () => resolve())
  })

/** How the task that runs now is told of trouble outside its own promise. */
let interrupt: ((error: unknown) => void) | undefined

process.on('uncaughtException', (error) => {
  if (interrupt) interrupt(error)
  else {
    console.error(error)
    process.exitCode = 1
    process.disconnect()
  }
})
process.on('beforeExit', () => {
  process.channel?.ref()
  interrupt?.(
    new Error(
      'its promise never settled: the step waits for something that nothing will bring about. Look for an await on a promise that no one resolves.',
    ),
  )
})
// The scheduler has gone: neither this process nor what a task has started may outlive it. A worker leads its own process group.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'))

/** The datastores that tasks have named: in practice one. */
const datastores = new Map<string, Omit<TaskEnvironment, 'flowClass'>>()

function datastoreOf({ root, durable = false }: TaskSpec): Omit<TaskEnvironment, 'flowClass'> {
  const key = `${durable} ${root}`
  const datastore = datastores.get(key) ?? { store: openStore(root, { durable }), loader: new BlockingLoader(root) }
  datastores.set(key, datastore)
  return datastore
}

async function load(): Promise<FlowClass> {
  const module: object = await import(moduleUrl)
  return findFlow(module, registeredFlow(moduleUrl), flowName)
}

const flowLoaded = load()
flowLoaded.then(
  () => send({ kind: 'loaded' }),
  async (error) => {
    await send({ kind: 'unusable', error: errorToRecord(error) })
    process.exit(1)
  },
)

async function run(spec: TaskSpec, fence: string): Promise<void> {
  const flowClass = await flowLoaded.catch(() => undefined)
  if (!flowClass) return
  const before = activeWork()
  const interruption = new Promise<never>((_resolve, reject) => {
    interrupt = reject
  })
  interruption.catch(() => {})
  // An empty event loop must end a task whose promise hangs, so the channel may not keep the process alive meanwhile.
  process.channel?.unref()
  const outcome = await runTask(spec, { flowClass, ...datastoreOf(spec) }, interruption)
  process.channel?.ref()
  interrupt = undefined
  const leftOver = addedWork(before, activeWork())
  const [stdout, stderr] = await Promise.all([writeLast('stdout', fence), writeLast('stderr', fence)])
  await send({ kind: 'done', ...outcome, leftOver, fenced: { stdout, stderr }, residentBytes: process.memoryUsage.rss() })
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'run') void run(message.spec, message.fence)
  else process.exit()
})
