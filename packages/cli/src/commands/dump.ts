import { inspect } from 'node:util'
import type { Artifact, Run, Task } from '@millrace/client'
import { insteadOf } from '@millrace/core-graph'
import { exitCode } from '../exit-code.ts'
import { formatSize } from '../render/quantity.ts'
import { runEnding } from '../render/run-ending.ts'
import { openClient } from '../runs/open-client.ts'
import { notFound, type Place, readPlace } from '../runs/read-place.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Shows the artifacts of tasks. */
export const dump: Command = {
  name: 'dump',
  usage: 'dump PATHSPEC [--all] [--include a,b] [--max-value-size N] [--json]',
  summary: 'Show the artifacts of a run, a step, or a task',
  details:
    'PATHSPEC is 5 for what a run ended with (with --all, for every task of it), 5/fit for every task of a step, 5/fit/3 for a task, 5/fit/3/model for one artifact.\nArtifacts above --max-value-size are named and not loaded.',
  options: [
    { name: 'all', help: 'Of a run: every task, not only the one that it ended with' },
    { name: 'include', value: 'NAMES', repeatable: true, help: 'Only these artifacts, separated by commas' },
    { name: 'max-value-size', value: 'N', help: 'In bytes (default: 10,000; with --json no limit)' },
    { name: 'json', help: 'As JSON: what JSON lacks is written as text, arrays or objects' },
  ],
  takesParameters: false,
  positionals: { least: 1, most: 1 },
  outlivesReader: false,
  async run({ definition, options, output, positionals, problems, settings }) {
    const [json, all] = [options.flag('json'), options.flag('all')]
    const most = options.wholeNumber('max-value-size', 0) ?? (json ? Number.POSITIVE_INFINITY : 10_000)
    const include = options.texts('include').flatMap((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    if (problems.length > 0) throw new UsageError(problems)
    const place = readPlace(definition, positionals[0] ?? '')
    const run = await openClient(settings).flow(definition.name).run(place.run)
    const wanted = place.artifact === undefined ? include : [place.artifact]
    const tasks = await findTasks(run, place, { all })
    if (place.step === undefined && !all && !run.successful)
      output.note(`${run.pathspec} ${runEnding[run.status]}: this is the last of its tasks that has ended. --all shows every one.`)
    const parameters = place.step === undefined && !all ? await run.parameterArtifacts() : []
    checkNames(place, [...parameters, ...tasks.flatMap((task) => task.artifacts())], wanted)
    const dumps: unknown[] = []
    for (const task of tasks) {
      // A task has the last word about a name.
      const byName = new Map([...parameters, ...task.artifacts()].map((artifact) => [artifact.name, artifact]))
      const chosen = [...byName.values()].filter(({ name }) => wanted.length === 0 || wanted.includes(name))
      if (json) dumps.push(await asJson(task, chosen, most))
      else output.print(await asText(task, { chosen, most, paint: output.paint }))
    }
    const several = place.step === undefined ? all : place.task === undefined
    if (json) output.print(JSON.stringify(several ? dumps : dumps[0], null, 2))
    return exitCode.done
  },
}

/** In the order in which they began. A run stands for the task that it ended with, or for the last that has ended, unless all are wanted. */
async function findTasks(run: Run, { step, task, ...place }: Place, { all }: { readonly all: boolean }): Promise<readonly Task[]> {
  if (step === undefined) {
    const ended = all ? (await run.tasks().toArray()).filter(hasEnded) : []
    if (ended.length > 0) return ended.toReversed()
    const last = (await run.endTask()) ?? (await run.tasks().toArray()).find(hasEnded)
    if (last) return [last]
    throw notFound(place, `No task of it has finished; the run ${runEnding[run.status]}.`)
  }
  if (task !== undefined) {
    const found = await run.step(step).task(task)
    if (hasEnded(found)) return [found]
    throw notFound({ ...place, step, task }, 'It has not finished.')
  }
  const tasks = (await run.step(step).tasks().toArray()).filter(hasEnded)
  if (tasks.length === 0) throw notFound({ ...place, step }, `No task of this step has finished; the run ${runEnding[run.status]}.`)
  return tasks.toReversed()
}

/** Whether there is an attempt that has left anything behind. */
const hasEnded = ({ attempts }: Task): boolean => attempts.some(({ finishedAt }) => finishedAt !== undefined)

/** A name that no task has is a mistake worth telling. */
function checkNames(place: Place, artifacts: readonly Artifact[], wanted: readonly string[]): void {
  const known = new Set(artifacts.map(({ name }) => name))
  for (const name of wanted) {
    if (known.has(name)) continue
    throw notFound({ ...place, artifact: name }, insteadOf(name, known))
  }
}

interface TextOptions {
  readonly chosen: readonly Artifact[]
  /** Larger ones are named only, in bytes. */
  readonly most: number
  readonly paint: (style: 'bold', text: string) => string
}

async function asText(task: Task, { chosen, most, paint }: TextOptions): Promise<string> {
  const lines = await Promise.all(
    chosen.map(async (artifact) => {
      const isShown = artifact.sizeBytes <= most
      const value = isShown ? inspect(await artifact.value(), { depth: 6, maxArrayLength: 100, breakLength: 100 }) : notShown(artifact)
      return `  ${artifact.name} = ${value.replaceAll('\n', '\n  ')}`
    }),
  )
  const notes = [task.status === 'failed' ? ' (failed)' : '', task.origin === undefined ? '' : ` (taken over from ${task.origin})`]
  return [paint('bold', task.pathspec + notes.join('')), ...(lines.length > 0 ? lines : ['  no artifacts'])].join('\n')
}

const notShown = ({ sizeBytes }: Artifact): string => `<${formatSize(sizeBytes)}, not loaded: --max-value-size ${sizeBytes} shows it>`

async function asJson(task: Task, chosen: readonly Artifact[], most: number): Promise<object> {
  const values = chosen
    .filter(({ sizeBytes }) => sizeBytes <= most)
    .map(async (artifact) => [artifact.name, await artifact.json()] as const)
  const omitted = chosen.filter(({ sizeBytes }) => sizeBytes > most).map(({ name, sizeBytes }) => [name, { sizeBytes }])
  return {
    pathspec: task.pathspec,
    attempt: task.attempts.findLast(({ finishedAt }) => finishedAt !== undefined)?.attempt,
    status: task.status,
    parents: task.parentPathspecs,
    ...(task.exception === undefined ? {} : { error: task.exception }),
    ...(task.origin === undefined ? {} : { origin: task.origin }),
    artifacts: Object.fromEntries(await Promise.all(values)),
    ...(omitted.length > 0 ? { omitted: Object.fromEntries(omitted) } : {}),
  }
}
