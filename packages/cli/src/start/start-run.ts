import { writeFileSync } from 'node:fs'
import { systemTags } from '@millrace/artifact-store'
import { FileContent, type Graph } from '@millrace/core-graph'
import { type ResumeOptions, type RunEvent, runFlow } from '@millrace/runtime/run'
import type { CommandContext } from '../commands/command.ts'
import { exitCode } from '../exit-code.ts'
import { formatSize } from '../render/quantity.ts'
import { Reporter } from '../run-report/reporter.ts'
import { untilSignal } from '../until-signal.ts'
import { version } from '../version.ts'
import { batchSteps } from './batch-steps.ts'
import { describeFailure } from './describe-failure.ts'
import { mergeStepOptions } from './merge-step-options.ts'
import type { RunRequest } from './run-request.ts'

/** Above this a file takes long enough to say so. */
const largeFileBytes = 64 * 1024 * 1024

/** What a run starts with, all of it checked. */
export interface RunStart {
  readonly graph: Graph
  readonly request: RunRequest
  readonly parameters: ReadonlyMap<string, unknown>
  readonly resume?: ResumeOptions
}

/** Runs the flow to its end, tells of it, and gives the exit code. */
export async function startRun(context: CommandContext, { graph, request, parameters, resume }: RunStart): Promise<number> {
  const { definition, module, output, settings } = context
  const stated = new Map([...definition.steps].map(([name, { options }]) => [name, options]))
  const what = resume ? `resumes ${definition.name}/${resume.origin.run}` : `runs ${definition.name}`
  output.note(`Millrace ${version} ${what} for user:${settings.user}.`)
  for (const value of parameters.values()) {
    if (FileContent.is(value) && (value.sizeBytes ?? 0) > largeFileBytes)
      output.note(`Storing the file ${value.path}, ${formatSize(value.sizeBytes ?? 0)}, unless the datastore has it.`)
  }
  const reporter = new Reporter(output, graph)
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'run-started' && request.runIdFile !== undefined) writeFileSync(request.runIdFile, `${event.run.run}\n`)
    reporter.report(event)
  }
  const stepOptions = mergeStepOptions(stated, request.added, graph)
  const remote = await batchSteps(context, { stepOptions, request })
  return await untilSignal(async (signal) => {
    const result = await runFlow({
      module,
      graph,
      root: settings.datastoreRoot,
      durable: settings.durable,
      username: settings.user,
      namespace: settings.namespace,
      systemTags: systemTags({ user: settings.user, version, createdAt: new Date() }),
      parameters,
      ...(resume ? { resume } : {}),
      ...request.options,
      stepOptions,
      ...(remote ? { remote } : {}),
      signal,
      onEvent,
    })
    output.status(undefined)
    if (result.record.status === 'failed') output.error(describeFailure(context, result))
    if (result.record.status === 'interrupted') {
      output.note(`Go on from there: ${context.invocation} resume --origin-run-id ${result.record.run}`)
      return signal.reason === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted
    }
    return result.record.status === 'succeeded' ? exitCode.done : exitCode.flowFailed
  })
}
