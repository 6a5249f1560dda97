import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { KernelFile } from './kernel-file.ts'

test('tells what the file says now, at every look', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kernel-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'memory.events')
  writeFileSync(path, 'oom_kill 0\n')
  const file = new KernelFile(path)
  expect(file.read()).toBe('oom_kill 0\n')
  writeFileSync(path, 'oom_kill 1\n')
  expect(file.read()).toBe('oom_kill 1\n')
  file.close()
  expect(file.read()).toBe('')
  expect(new KernelFile(join(folder, 'nothing')).read()).toBe('')
})

test.runIf(process.platform === 'linux')('is empty when the process that it is about has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
  const file = new KernelFile(`/proc/${child.pid}/status`)
  expect(file.read()).toMatch(/^VmRSS:\s*\d+ kB$/m)
  child.kill('SIGKILL')
  await once(child, 'close')
  expect(file.read()).toBe('')
  file.close()
})
