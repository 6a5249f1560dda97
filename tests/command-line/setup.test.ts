import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDevstack } from '@millrace/devstack'
import { describe, expect, it } from 'vitest'
import { type Ended, FlowFolder } from './flow-folder.ts'

const noAws = {
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
  XDG_CONFIG_HOME: '',
}
const image = '127.0.0.1:9/nobody/answers'

/** `millrace configure` with answers, a line each. */
function configure(folder: FlowFolder, answers: readonly string[], args: readonly string[] = []): Promise<Ended> {
  const program = join(folder.path, 'node_modules/millrace/bin/millrace.js')
  const child = spawn(process.execPath, [program, 'configure', ...args], {
    cwd: folder.path,
    env: { ...process.env, HOME: folder.path, ...noAws },
  })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (part: string) => {
      text[name] += part
    })
  child.stdin.end(answers.map((answer) => `${answer}\n`).join(''))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })))
}

describe('millrace doctor', () => {
  it('looks at everything that it can, says how to mend each problem, and ends with 1', async () => {
    using folder = new FlowFolder()
    const env = { ...noAws, MILLRACE_BATCH_QUEUE: 'q', MILLRACE_BATCH_IMAGE: image, MILLRACE_DATASTORE_ROOT: join(folder.path, 'runs') }
    const { code, stdout, stderr } = await folder.millrace(['doctor'], { env })
    expect(stdout.split('\n').map((line) => line.split(/(?<=:) /)[0])).toEqual([
      'ok       datastore:',
      'problem  datastore:',
      'problem  credentials:',
      'open     queue:',
      'open     roles:',
      'open     image:',
      'open     job:',
      '',
    ])
    expect(stdout).toMatch(/runs is on this machine, where jobs cannot reach it\. Set MILLRACE_DATASTORE_ROOT to s3:/)
    expect(stdout).toMatch(/no AWS region is set\. Set AWS_REGION/)
    expect([code, stderr]).toEqual([1, '2 problems to mend.\n'])
  })

  it('names what is not set, and tells it as JSON too', async () => {
    using folder = new FlowFolder()
    const { code, stdout } = await folder.millrace(['doctor', '--json'], { env: { ...noAws, MILLRACE_BATCH_IMAGE: image } })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toContainEqual({ what: 'queue', status: 'problem', text: expect.stringContaining('MILLRACE_BATCH_QUEUE') })
  })

  it('finds nothing to mend where all is there, and runs a job with its role', async () => {
    using folder = new FlowFolder()
    await using devstack = await startDevstack({ dir: join(folder.path, 'stack'), buckets: ['lake'] })
    const env = { ...noAws, ...devstack.env, MILLRACE_DATASTORE_ROOT: 's3://lake/x' }
    const { code, stdout, stderr } = await folder.millrace(['doctor'], { env })
    const statuses = stdout.split('\n').map((line) => line.split(/(?<=:) /)[0])
    // Whether this machine reaches the registry of the image is not what is tested.
    expect(statuses.filter((line) => !line?.endsWith('image:'))).toEqual([
      'ok       datastore:',
      'ok       credentials:',
      'ok       queue:',
      'ok       job role:',
      'ok       execution role:',
      'ok       job:',
      'ok       logs:',
      '',
    ])
    expect(stdout).toMatch(/logs: CloudWatch Logs has what the job wrote: "node \d+/)
    expect([code, stderr]).toEqual([0, 'No problems were found.\n'])
    const wrong = { MILLRACE_BATCH_QUEUE: 'nowhere', MILLRACE_DATASTORE_ROOT: 's3://none/x' }
    const mend = await folder.millrace(['doctor', '--no-job'], { env: { ...env, ...wrong } })
    expect(mend.code).toBe(1)
    expect(mend.stdout).toMatch(
      /problem +datastore: .*none.*problem +queue: Could not find the queue nowhere in us-east-1\. There are millrace\./s,
    )
  })

  it('is told of by --help, and refuses what it does not know', async () => {
    using folder = new FlowFolder()
    expect((await folder.millrace(['--help'])).stdout).toMatch(/configure \[--datastore-root ROOT\].*doctor \[--no-job\]/s)
    expect((await folder.millrace(['doctor', '--help'])).stdout).toMatch(/--no-job +Run no job/)
    const { code, stderr } = await folder.millrace(['doctor', 'now', '--fast'])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--fast is not an option here.*doctor takes no words such as "now"/s)])
  })
})

describe('millrace configure', () => {
  it('asks for what is not given, keeps what is answered with nothing, takes away what is answered with "-", and leaves the rest alone', async () => {
    using folder = new FlowFolder()
    mkdirSync(join(folder.path, '.config/millrace'), { recursive: true })
    writeFileSync(
      join(folder.path, '.config/millrace/config.json'),
      JSON.stringify({ namespace: 'team', batchQueue: 'old', batchImage: 'node:22', batchJobRole: 'arn:old' }),
    )
    const { code, stderr } = await configure(folder, ['s3://bucket/x', '', '-', ''], ['--no-check', '--execution-role', 'arn:new'])
    expect(stderr).toContain('The queue of AWS Batch, a name or an ARN [old]: ')
    expect(code).toBe(0)
    expect(JSON.parse(folder.read('.config/millrace/config.json'))).toEqual({
      namespace: 'team',
      datastoreRoot: 's3://bucket/x',
      batchQueue: 'old',
      batchImage: 'node:22',
      batchExecutionRole: 'arn:new',
    })
  })

  it('writes nothing where something is wrong, unless it is told to', async () => {
    using folder = new FlowFolder()
    const answers = [join(folder.path, 'runs'), 'q', '', '', image]
    const path = join(folder.path, '.config/millrace/config.json')
    const no = await configure(folder, answers)
    expect([no.code, no.stdout, existsSync(path)]).toEqual([1, '', false])
    expect(no.stderr).toMatch(/problem +credentials: .*AWS_REGION.*Write them all the same\? \[y\/N\] .*Nothing was written\.\n$/s)
    expect((await configure(folder, [...answers, 'y'])).code).toBe(0)
    expect(JSON.parse(folder.read('.config/millrace/config.json'))).toMatchObject({ batchQueue: 'q', batchImage: image })
  })
})
