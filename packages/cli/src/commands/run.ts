import { closeSync, openSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { StepOptions } from '@millrace/core-graph'
import { type RunEvent, type RunOptions, type RunResult, runFlow } from '@millrace/runtime/run'
import { runOptions } from '../arguments/option.ts'
import { mergeStepOptions, parseWith } from '../arguments/with.ts'
import { exitCode } from '../exit-code.ts'
import { checkOnce } from '../flow-file/known-graph.ts'
import { checkParameters } from '../parameters/check-parameters.ts'
import { givenParameters, resolveParameters } from '../parameters/resolve-parameters.ts'
import { formatError } from '../render/failure.ts'
import { formatProblems } from '../render/problems.ts'
import { Reporter } from '../render/reporter.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'
import type { Command, CommandContext } from './command.ts'

/** Runs the flow. */
export const run: Command = {
  name: 'run',
  usage: 'run [options] [parameters]',
  summary: 'Run the flow on this machine',
  details: 'Parameters can also be set by the environment: MILLRACE_PARAM_LEARNING_RATE=0.1 is --learning-rate 0.1.',
  options: runOptions,
  takesParameters: true,
  positionals: { least: 0, most: 0 },
  outlivesReader: true,
  async run(context) {
    const { definition, module, output, settings } = context
    const { graph, problems } = await checkOnce(definition, module.sourceFile)
    const parameterProblems = checkParameters(definition)
    if (problems.length + parameterProblems.length > 0) {
      output.error(formatProblems(module, problems, parameterProblems))
      return exitCode.wrongUsage
    }
    const request = await readRequest(context)
    if (context.problems.length > 0) throw new UsageError(context.problems)
    const stated = new Map([...definition.steps].map(([name, { options }]) => [name, options]))
    output.note(`Millrace ${version} runs ${definition.name} for user:${settings.user}.`)
    const reporter = new Reporter(output, graph)
    const onEvent = (event: RunEvent): void => {
      if (event.kind === 'run-started' && request.runIdFile !== undefined) writeFileSync(request.runIdFile, `${event.run.run}\n`)
      reporter.report(event)
    }
    return await untilSignal(async (signal) => {
      const result = await runFlow({
        module,
        graph,
        root: settings.datastoreRoot,
        durable: settings.durable,
        username: settings.user,
        namespace: settings.namespace,
        ...request.options,
        stepOptions: mergeStepOptions(stated, request.added, graph),
        signal,
        onEvent,
      })
      output.status(undefined)
      if (result.record.status === 'failed') output.error(describeFailure(context, result))
      if (result.record.status === 'interrupted') return signal.reason === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted
      return result.record.status === 'succeeded' ? exitCode.done : exitCode.flowFailed
    })
  },
}

interface RunRequest {
  readonly options: Pick<RunOptions, 'parameters' | 'maxWorkers' | 'maxNumSplits' | 'maxLogSizeMB' | 'isolate' | 'tags'>
  readonly added: readonly StepOptions[]
  readonly runIdFile: string | undefined
}

/** Reads all options and parameters; what is wrong goes to `context.problems`. */
async function readRequest({ definition, module, settings, options, problems, typedParameter }: CommandContext): Promise<RunRequest> {
  const workingDirectory = process.cwd()
  const added = options.texts('with').flatMap((text) => {
    try {
      return [parseWith(text)]
    } catch (error) {
      problems.push(error instanceof RangeError ? error.message : String(error))
      return []
    }
  })
  const tags = options.texts('tag')
  if (tags.some((tag) => tag.trim() === '')) problems.push('--tag needs a tag that is not empty.')
  const maxNumSplits = options.wholeNumber('max-num-splits', 1)
  const maxLogSizeMB = options.positiveNumber('max-log-size')
  const runIdFile = options.text('run-id-file')
  const isolate = options.flag('isolate')
  const typed = (name: string): { texts: readonly string[]; origin: string } | undefined => {
    const [first, ...rest] = typedParameter(name)
    return first && { texts: [first, ...rest].map(({ text }) => text), origin: first.option }
  }
  const given = givenParameters(definition, typed, process.env)
  const resolved = await resolveParameters(definition, given, { workingDirectory, flowFolder: dirname(module.sourceFile) })
  problems.push(...resolved.problems)
  if (runIdFile !== undefined && problems.length === 0) tryFile(runIdFile, problems)
  return {
    options: {
      parameters: resolved.values,
      isolate,
      tags,
      ...(settings.maxWorkers === undefined ? {} : { maxWorkers: settings.maxWorkers }),
      ...(maxNumSplits === undefined ? {} : { maxNumSplits }),
      ...(maxLogSizeMB === undefined ? {} : { maxLogSizeMB }),
    },
    added,
    runIdFile: runIdFile === undefined ? undefined : resolve(workingDirectory, runIdFile),
  }
}

/** A run whose number cannot be written down should not start. */
function tryFile(path: string, problems: string[]): void {
  try {
    closeSync(openSync(path, 'a'))
  } catch (error) {
    problems.push(`--run-id-file ${path} cannot be written to: ${error instanceof Error ? error.message : error}`)
  }
}

/** Hands SIGINT and SIGTERM to `work` as an abort whose reason is the signal's name; a second one leaves at once. */
async function untilSignal(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted)
    controller.abort(name)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

function describeFailure({ module, invocation, output }: CommandContext, { record, failure }: RunResult): string {
  const { paintError: paint } = output
  if (!failure) {
    const text = record.error ? `\n${formatError(record.error, module.sourceFile)}` : ''
    return `${paint('red', `Run ${record.flow}/${record.run} failed.`)}${text}`
  }
  const place = `${record.run}/${failure.step}/${failure.task}`
  const attempt = failure.attempt > 0 ? ` in attempt ${failure.attempt + 1}` : ''
  return [
    paint('red', `Step ${failure.step} failed${attempt}, in the task ${place}:`),
    formatError(failure.error, module.sourceFile),
    `What the task wrote: ${invocation} logs ${place}`,
  ].join('\n')
}
