import { once } from 'node:events'
import { relative, resolve } from 'node:path'
import type { DevstackOptions } from '@millrace/devstack'
import { shellWord } from '../terminal/shell-word.ts'
import { untilSignal } from '../until-signal.ts'
import { UsageError } from '../usage-error.ts'
import type { ProgramCommand, ProgramContext } from './program-command.ts'

const defaultFolder = '.millrace-dev'
const defaultPort = 4_580
const executors = ['process', 'podman', 'docker'] as const
const latencies = ['fast', 'real'] as const

/** `millrace dev`: runs the devstack until a signal comes. */
export const dev: ProgramCommand = {
  name: 'dev',
  usage: 'dev [--dir D] [--port P] [--bucket NAME] [--latency fast|real] [--executor process|podman|docker]',
  summary: 'Run S3 and AWS Batch on this machine, for development and tests',
  details: [
    'Starts S3, AWS Batch and CloudWatch Logs over a folder and prints, as lines for the shell, the environment that leads the AWS SDKs,',
    'awscli, rclone and Millrace to them. Jobs of node images run as processes of this machine; with --executor podman or docker jobs of',
    'any image run in containers. It runs until it is interrupted, and ends what runs then; what it answered is in the folder and there',
    'again the next time.',
    '',
    '  millrace dev --bucket lake > dev.env &',
    '  . ./dev.env && aws s3 ls',
    '',
    'Faults can be asked for, to see how a program bears them:',
    '',
    `  curl -X PUT $AWS_ENDPOINT_URL_S3/_dev/faults/s3 -d '{"rate": 0.1, "kinds": ["503", "reset", "truncate"]}'`,
    `  curl -X PUT $AWS_ENDPOINT_URL_BATCH/_dev/faults/batch -d '{"requests": {"rate": 0.3, "kinds": ["429", "lost-answer"]}}'`,
    '  curl -X POST $AWS_ENDPOINT_URL_BATCH/_dev/batch/lose-host',
    '  curl -X DELETE $AWS_ENDPOINT_URL_S3/_dev/faults',
  ].join('\n'),
  options: [
    { name: 'dir', value: 'D', help: `The folder that keeps everything, made where it is missing (default: ${defaultFolder})` },
    { name: 'port', value: 'P', help: `The port on 127.0.0.1, 0 for any that is free (default: ${defaultPort})` },
    { name: 'bucket', value: 'NAME', repeatable: true, help: 'A bucket to make where it is missing' },
    {
      name: 'latency',
      value: 'HOW',
      help: 'fast: jobs run at once; real: they take about as long as on AWS until they run (default: fast)',
    },
    {
      name: 'executor',
      value: 'WHAT',
      help: 'What jobs are: process, or containers of podman or docker where that runs (default: process)',
    },
  ],
  async run({ options, output, problems }) {
    const dir = options.text('dir') ?? defaultFolder
    const port = options.wholeNumber('port', 0) ?? defaultPort
    if (port > 65_535) problems.push(`--port is at most 65535, and ${port} is not.`)
    const latency = options.choice('latency', latencies) ?? 'fast'
    const executor = options.choice('executor', executors) ?? 'process'
    if (problems.length > 0) throw new UsageError(problems)
    return await untilSignal(async (signal) => {
      await serve({ dir, port, batch: { latency, executor }, buckets: options.texts('bucket') }, { output, signal })
      output.note('The devstack has ended.')
      throw signal.reason
    })
  },
}

/** Runs the devstack until `signal` aborts, and comes back when it has ended. */
async function serve(
  place: Pick<DevstackOptions, 'dir' | 'port' | 'batch' | 'buckets'> & { readonly dir: string },
  { output, signal }: Pick<ProgramContext, 'output'> & { readonly signal: AbortSignal },
): Promise<void> {
  const { DevstackStartError, startDevstack } = await import('@millrace/devstack')
  const signalled = once(signal, 'abort')
  await using stack = await startDevstack(place).catch((error: unknown) => {
    if (error instanceof DevstackStartError || error instanceof TypeError) throw new UsageError(error.message)
    throw error
  })
  output.print(
    Object.entries(stack.env)
      .map(([name, value]) => `export ${name}=${shellWord(value)}`)
      .join('\n'),
  )
  const folder = relative(process.cwd(), resolve(place.dir)) || '.'
  output.note(
    `S3, AWS Batch and CloudWatch Logs are at ${stack.s3.url}, with their data in ${folder}. Give the lines above to the shells that shall use it; Ctrl-C ends it.`,
  )
  await signalled
}
