import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { millrace, node } from '../workspace.ts'

/** An S3 on this machine, in a process of its own, over a folder in memory. */
export interface Stack extends AsyncDisposable {
  readonly folder: string
  /** What leads to it. */
  readonly env: Readonly<Record<string, string>>
}

/** Starts one, with a bucket `bench`. */
export async function startStack(): Promise<Stack> {
  const folder = mkdtempSync('/dev/shm/millrace-bench-')
  const args = [millrace, 'dev', '--dir', join(folder, 'stack'), '--port', '0', '--bucket', 'bench']
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    text += chunk
    // The last line of what it prints for the shell.
    if (/^export MILLRACE_BATCH_JOB_ROLE=.*\n/m.test(text)) break
  }
  return {
    folder,
    env: Object.fromEntries([...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])),
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
