import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Ended, FlowFolder } from './flow-folder.ts'

interface Running {
  readonly child: ChildProcess
  /** The environment that was printed. */
  readonly env: Readonly<Record<string, string>>
  readonly ended: Promise<Ended>
}

/** Starts `millrace dev` and waits until it has printed its environment. */
function startDev(folder: FlowFolder, ...args: readonly string[]): Promise<Running> {
  return new Promise((resolve, reject) => {
    const ended: Promise<Ended> = folder.millrace(['dev', '--port', '0', ...args], {
      watch: (child) => {
        let text = ''
        child.stdout?.on('data', (part: string) => {
          text += part
          if (!text.includes('MILLRACE_BATCH_JOB_ROLE=')) return
          const env = Object.fromEntries([...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))
          resolve({ child, env, ended })
        })
      },
    })
    ended.then(({ stderr }) => reject(new Error(`It ended early: ${stderr}`)), reject)
  })
}

describe('millrace dev', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('serves S3 until %s, prints lines for a shell on stdout and all else on stderr', async (signal, code) => {
    using folder = new FlowFolder()
    const { child, env, ended } = await startDev(folder, '--bucket', 'lake')
    expect(Object.keys(env)).toEqual([
      'AWS_ENDPOINT_URL_S3',
      'AWS_ENDPOINT_URL_BATCH',
      'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS',
      'AWS_REGION',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'MILLRACE_BATCH_QUEUE',
      'MILLRACE_BATCH_JOB_ROLE',
    ])
    const queues = await fetch(`${env.AWS_ENDPOINT_URL_BATCH}/v1/describejobqueues`, { method: 'POST' })
    expect([queues.status, queues.headers.get('x-amzn-errortype')]).toEqual([403, 'MissingAuthenticationTokenException'])
    const answer = await fetch(`${env.AWS_ENDPOINT_URL_S3}/lake`)
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')])
    expect(existsSync(join(folder.path, '.millrace-dev', 's3', 'lake'))).toBe(true)
    child.kill(signal)
    const { stdout, stderr, ...end } = await ended
    expect(end.code).toBe(code)
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .every((line) => /^export (AWS|MILLRACE)_\w+=\S+$/.test(line)),
    ).toBe(true)
    expect(stderr).toContain(`S3, AWS Batch and CloudWatch Logs are at ${env.AWS_ENDPOINT_URL_S3}, with their data in .millrace-dev.`)
  })

  it('keeps its data in the folder that is named, and is silent when asked to be', async () => {
    using folder = new FlowFolder()
    const { child, ended } = await startDev(folder, '--quiet', '--dir', 'data/dev', '--bucket', 'lake')
    expect(existsSync(join(folder.path, 'data', 'dev', 's3', 'lake'))).toBe(true)
    const second = await folder.millrace(['dev', '--port', '0', '--dir', 'data/dev'])
    expect(second).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`the devstack of process ${child.pid} uses it`) })
    child.kill('SIGINT')
    expect((await ended).stderr).toBe('')
  })

  it('says so when its port is taken', async () => {
    using folder = new FlowFolder()
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { code, stdout, stderr } = await folder.millrace(['dev', '--port', String(port)])
    server.close()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      `error: Could not listen on port ${port} of 127.0.0.1: another program does. Choose another port, or 0 for any that is free.\n`,
    )
  })

  it('explains itself, and names everything that is wrong', async () => {
    using folder = new FlowFolder()
    const help = await folder.millrace(['dev', '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage: millrace dev [--dir D] [--port P]') })
    expect((await folder.millrace(['--help'])).stdout).toContain('dev [--dir D]')
    const wrong = await folder.millrace(['dev', '--port', '70000', '--latency', 'slow', '--executor', 'chroot', '--bukket', 'x', 'extra'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr.trimEnd().split('\n')).toEqual([
      'error: --bukket is not an option here. Did you mean --bucket?',
      expect.stringContaining('error: dev takes no words such as "extra".'),
      'error: --port is at most 65535, and 70000 is not.',
      'error: --latency cannot be "slow". There are fast, real.',
      'error: --executor cannot be "chroot". There are process, podman, docker.',
    ])
    const name = await folder.millrace(['dev', '--port', '0', '--bucket', 'No_Name'])
    expect(name).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: "No_Name" cannot be the name of a bucket/) })
  })
})
