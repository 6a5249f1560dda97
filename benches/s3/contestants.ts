import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What a contestant is told to do, in a process of its own. */
export type Work = 'get-memory' | 'get-files' | 'put' | 'get-large' | 'put-large' | 'list'

/** Where the work is done. */
export interface Place {
  readonly endpoint: string
  readonly caFile: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Whether the server answers only to signed requests. */
  readonly wantsSignatures: boolean
  /** The folder of the bucket's files, to upload from. */
  readonly input: string
  /** An empty folder to download to. */
  readonly output: string
  /** Objects, bytes or keys: what a side that counts must print. */
  readonly count: number
}

/** A process that does the work. */
interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Small objects are only a tenth of them: start-up is the most of it otherwise, and minutes. */
  readonly isTenth?: boolean
  /** It prints what it has seen. */
  readonly counts?: boolean
  /** The measured process starts others and has no memory of its own to speak of. */
  readonly isShell?: boolean
}

/** A client that is measured. */
export interface Contestant {
  readonly name: string
  /** Undefined where it does not do such work. */
  command(work: Work, place: Place): Command | undefined
}

const isThere = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
const awsEnv = ({ endpoint, caFile, credentials }: Place): Readonly<Record<string, string>> => ({
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_CA_BUNDLE: caFile,
  NODE_EXTRA_CA_CERTS: caFile,
})

/** A script of ours, in JavaScript already: stripping its types would be measured as well. */
function script(name: string, path: string): Contestant {
  return {
    name,
    command: (work, place) => {
      const { endpoint, caFile, count, output, input } = place
      return {
        command: process.execPath,
        args: [path, work, JSON.stringify({ endpoint, caFile, count, output, input })],
        env: awsEnv(place),
        counts: true,
      }
    },
  }
}

const rclone: Contestant = {
  name: 'rclone',
  command: (work, place) => {
    const { endpoint, caFile, credentials, input, output } = place
    const env = {
      RCLONE_CONFIG: '/dev/null',
      RCLONE_S3_PROVIDER: 'Other',
      RCLONE_S3_ENDPOINT: endpoint,
      RCLONE_S3_REGION: 'us-east-1',
      RCLONE_S3_ACCESS_KEY_ID: credentials.accessKeyId,
      RCLONE_S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      RCLONE_S3_LIST_VERSION: '2',
      RCLONE_S3_NO_CHECK_BUCKET: 'true',
      RCLONE_S3_NO_HEAD: 'true',
      RCLONE_CA_CERT: caFile,
      RCLONE_TRANSFERS: '64',
      RCLONE_RETRIES: '1',
      RCLONE_LOW_LEVEL_RETRIES: '1',
    }
    const argsOf: Partial<Record<Work, readonly string[]>> = {
      'get-files': ['copy', ':s3:bench/small', output],
      put: ['copy', join(input, 'small'), ':s3:bench/put', '--no-check-dest'],
      'get-large': ['copyto', ':s3:bench/big', join(output, 'big'), '--multi-thread-streams', '0'],
      'put-large': [
        'copyto',
        join(input, 'big'),
        ':s3:bench/put/big',
        '--no-check-dest',
        '--s3-chunk-size',
        '16M',
        '--s3-upload-concurrency',
        '4',
      ],
      list: ['lsf', '-R', '--files-only', ':s3:bench/many'],
    }
    const args = argsOf[work]
    return args && { command: 'rclone', args, env }
  },
}

const s5cmd: Contestant = {
  name: 's5cmd',
  command: (work, place) => {
    const { endpoint, input, output } = place
    const argsOf: Partial<Record<Work, readonly string[]>> = {
      'get-files': ['cp', 's3://bench/small/*', `${output}/`],
      put: ['cp', `${join(input, 'small')}/`, 's3://bench/put/'],
      'get-large': ['cp', '-c', '4', '-p', '16', 's3://bench/big', join(output, 'big')],
      'put-large': ['cp', '-c', '4', '-p', '16', join(input, 'big'), 's3://bench/put/big'],
      list: ['ls', 's3://bench/many/*'],
    }
    const args = argsOf[work]
    return (
      args && { command: 's5cmd', args: ['--endpoint-url', endpoint, '--no-verify-ssl', '--numworkers', '64', ...args], env: awsEnv(place) }
    )
  },
}

const awscli: Contestant = {
  name: 'awscli',
  command: (work, place) => {
    const { endpoint, input, output } = place
    const argsOf: Partial<Record<Work, readonly string[]>> = {
      'get-files': ['s3', 'cp', '--recursive', 's3://bench/few/', `${output}/`, '--only-show-errors'],
      put: ['s3', 'cp', '--recursive', join(input, 'few'), 's3://bench/put/', '--only-show-errors'],
      'get-large': ['s3', 'cp', 's3://bench/big', join(output, 'big'), '--only-show-errors'],
      'put-large': ['s3', 'cp', join(input, 'big'), 's3://bench/put/big', '--only-show-errors'],
      list: ['s3api', 'list-objects-v2', '--bucket', 'bench', '--prefix', 'many/', '--query', 'length(Contents)'],
    }
    const args = argsOf[work]
    return (
      args && {
        command: 'aws',
        args: ['--endpoint-url', endpoint, ...args],
        env: awsEnv(place),
        isTenth: work === 'get-files' || work === 'put',
      }
    )
  },
}

/** Two processes, a half of the object each, into files that nobody joins; one upload. It signs nothing, so it is left out where that is asked for, and checks no checksum. */
const curl: Contestant = {
  name: 'curl',
  command: (work, { endpoint, caFile, input, output, count, wantsSignatures }) => {
    if (wantsSignatures) return undefined
    const fetch = (range: string, name: string): string =>
      `curl -fsS --cacert ${caFile} -r ${range} -o ${join(output, name)} ${endpoint}/bench/big`
    if (work === 'get-large') {
      const half = count / 2
      return {
        command: 'sh',
        args: ['-c', `${fetch(`0-${half - 1}`, 'first')} & first=$!; ${fetch(`${half}-`, 'second')} && wait $first`],
        isShell: true,
      }
    }
    if (work !== 'put-large') return undefined
    return {
      command: 'curl',
      args: ['-fsS', '--cacert', caFile, '-o', join(output, 'answer'), '-T', join(input, 'big'), `${endpoint}/bench/put/big`],
    }
  },
}

/** Every contestant that is installed, ours first, and the names of those that are not. */
export function findContestants(scripts: { readonly ours: string; readonly sdk: string }): {
  readonly present: readonly Contestant[]
  readonly absent: readonly string[]
} {
  const tools: readonly (readonly [command: string, contestant: Contestant])[] = [
    ['rclone', rclone],
    ['s5cmd', s5cmd],
    ['aws', awscli],
    ['curl', curl],
  ]
  return {
    present: [
      script('Millrace', scripts.ours),
      script('AWS SDK', scripts.sdk),
      ...tools.filter(([command]) => isThere(command)).map(([, contestant]) => contestant),
    ],
    absent: tools.filter(([command]) => !isThere(command)).map(([, { name }]) => name),
  }
}
