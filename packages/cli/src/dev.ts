import { relative, resolve } from 'node:path'
import { globalOptions, type Option } from './arguments/option.ts'
import { readOptions } from './arguments/read-options.ts'
import { exitCode } from './exit-code.ts'
import { formatPage } from './render/help.ts'
import { createOutput } from './terminal/output.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

const defaultFolder = '.millrace-dev'
const defaultPort = 4_580
const executors = ['process', 'podman', 'docker'] as const

const options: readonly Option[] = [
  { name: 'dir', value: 'D', help: `The folder that keeps everything, made where it is missing (default: ${defaultFolder})` },
  { name: 'port', value: 'P', help: `The port on 127.0.0.1, 0 for any that is free (default: ${defaultPort})` },
  { name: 'bucket', value: 'NAME', repeatable: true, help: 'A bucket to make where it is missing' },
  { name: 'latency', value: 'HOW', help: 'fast: jobs run at once; real: they take about as long as on AWS until they run (default: fast)' },
  { name: 'executor', value: 'WHAT', help: 'What jobs are: process, or containers of podman or docker where that runs (default: process)' },
  ...globalOptions.filter(({ name }) => name !== 'datastore-root'),
]

/** How `dev` appears in the help of the program. */
export const devUsage = 'dev [--dir D] [--port P] [--bucket NAME] [--latency fast|real] [--executor process|podman|docker]'

/** What `dev` is for, in one line. */
export const devSummary = 'Run S3 and AWS Batch on this machine, for development and tests'

const help = formatPage({
  summary: devSummary,
  usage: `millrace ${devUsage}`,
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
  options,
})

/** `millrace dev`: runs the devstack until a signal comes, and gives the exit code. @throws UsageError. */
export async function runDev(args: readonly string[]): Promise<number> {
  const { values, positionals, problems } = readOptions(options, args)
  if (values.flag('version') || values.flag('help')) {
    process.stdout.write(`${values.flag('help') ? help : version}\n`)
    return exitCode.done
  }
  const dir = values.text('dir') ?? defaultFolder
  const port = values.wholeNumber('port', 0) ?? defaultPort
  if (port > 65_535) problems.push(`--port is at most 65535, and ${port} is not.`)
  if (positionals.length > 0) problems.push(`dev takes no words such as ${JSON.stringify(positionals[0])}. Usage: millrace ${devUsage}`)
  const latency = values.text('latency') ?? 'fast'
  if (latency !== 'fast' && latency !== 'real') problems.push(`--latency is fast or real, and ${JSON.stringify(latency)} is neither.`)
  const wanted = values.text('executor') ?? 'process'
  const executor = executors.find((each) => each === wanted)
  if (!executor) problems.push(`--executor is ${executors.join(', ')}, and ${JSON.stringify(wanted)} is none of them.`)
  if (problems.length > 0) throw new UsageError(problems)
  const batch = { latency: latency === 'real' ? 'real' : 'fast', executor: executor ?? 'process' } as const
  return serve({ dir, port, batch, buckets: values.texts('bucket'), quiet: values.flag('quiet') })
}

interface ServeOptions {
  readonly dir: string
  readonly port: number
  readonly batch: { readonly latency: 'fast' | 'real'; readonly executor: (typeof executors)[number] }
  readonly buckets: readonly string[]
  readonly quiet: boolean
}

async function serve({ dir, port, batch, buckets, quiet }: ServeOptions): Promise<number> {
  const output = createOutput({ quiet, outlivesReader: true })
  const { DevstackStartError, startDevstack } = await import('@millrace/devstack')
  const signalled = nextSignal()
  await using stack = await startDevstack({ dir, port, buckets, batch }).catch((error: unknown) => {
    if (error instanceof DevstackStartError || error instanceof TypeError) throw new UsageError(error.message)
    throw error
  })
  output.print(
    Object.entries(stack.env)
      .map(([name, value]) => `export ${name}=${quote(value)}`)
      .join('\n'),
  )
  const folder = relative(process.cwd(), resolve(dir)) || '.'
  output.note(
    `S3, AWS Batch and CloudWatch Logs are at ${stack.s3.url}, with their data in ${folder}. Give the lines above to the shells that shall use it; Ctrl-C ends it.`,
  )
  const signal = await signalled
  output.note('The devstack has ended.')
  return signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done(signal))
  })
}

/** As one word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
