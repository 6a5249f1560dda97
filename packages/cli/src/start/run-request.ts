import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { tagProblems } from '@millrace/artifact-store'
import type { StepOptions } from '@millrace/core-graph'
import type { RunOptions } from '@millrace/runtime/run'
import { parseWith } from '../arguments/with.ts'
import type { CommandContext } from '../commands/command.ts'

/** How a run is to be done, as the command line says it; the parameters are read apart. */
export interface RunRequest {
  readonly options: Pick<RunOptions, 'maxWorkers' | 'maxNumSplits' | 'maxLogSizeMB' | 'isolate' | 'tags'>
  /** Of `--with`, in their order. */
  readonly added: readonly StepOptions[]
  /** An absolute path. */
  readonly runIdFile: string | undefined
  /** How long a job on AWS Batch may wait for a machine. */
  readonly maxQueueMs: number | undefined
}

/** Reads the options that `run` and `resume` share; what is wrong goes to `context.problems`. */
export function readRunRequest({ settings, options, problems }: CommandContext): RunRequest {
  const added = options.texts('with').flatMap((text) => {
    try {
      return [parseWith(text)]
    } catch (error) {
      problems.push(error instanceof RangeError ? error.message : String(error))
      return []
    }
  })
  const tags = [...new Set(options.texts('tag'))]
  problems.push(...tagProblems(tags).map((problem) => `--tag: ${problem}`))
  const maxNumSplits = options.wholeNumber('max-num-splits', 1)
  const maxLogSizeMB = options.positiveNumber('max-log-size')
  const runIdFile = options.text('run-id-file')
  const isolate = options.flag('isolate')
  const maxQueueMs = options.durationMs('max-queue-time', '30m or 2h')
  if (runIdFile !== undefined && problems.length === 0) tryFile(runIdFile, problems)
  return {
    options: {
      isolate,
      tags,
      ...(settings.maxWorkers === undefined ? {} : { maxWorkers: settings.maxWorkers }),
      ...(maxNumSplits === undefined ? {} : { maxNumSplits }),
      ...(maxLogSizeMB === undefined ? {} : { maxLogSizeMB }),
    },
    added,
    maxQueueMs,
    runIdFile: runIdFile === undefined ? undefined : resolve(runIdFile),
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
