import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A folder that only this process uses. */
export interface FolderLock {
  release(): void
}

const held = new Set<string>()

/**
 * Takes a folder for this process. The lock of a process that has gone without a word is taken over.
 *
 * @throws Error where another process, or another devstack of this one, uses it.
 */
export function lockFolder(folder: string): FolderLock {
  const file = join(folder, 'devstack.pid')
  if (held.has(file))
    throw new Error(`Could not use ${folder}: another devstack of this process uses it. Close that one first, or choose another folder.`)
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 })
      break
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
      const pid = readPid(file)
      if ((pid !== undefined && pid !== process.pid && isAlive(pid)) || attempt > 2)
        throw new Error(
          `Could not use ${folder}: the devstack of process ${pid} uses it. Stop that one, choose another folder, or remove ${file} if it is none.`,
        )
      rmSync(file, { force: true })
    }
  }
  held.add(file)
  return {
    release: () => {
      if (held.delete(file)) rmSync(file, { force: true })
    },
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !isCode(error, 'ESRCH')
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
