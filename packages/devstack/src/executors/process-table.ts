import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel says of a process; `undefined` where it has gone or where there is no `/proc`. */
export function readProcess(pid: number): { readonly startedTicks: string; readonly state: string } | undefined {
  // After the name, which may hold anything: state, parent, group, ..., and as the 20th the start. Source: proc_pid_stat(5).
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')
  const [state, startedTicks] = [fields?.[0], fields?.[19]]
  return state === undefined || startedTicks === undefined ? undefined : { state, startedTicks }
}

/** A process and all that came of it, as far as it is still attached. */
export function processTree(pid: number): readonly number[] {
  const tree = [pid]
  for (const each of tree) {
    const children = read(`/proc/${each}/task/${each}/children`)
    if (children) for (const child of children.trim().split(' ')) if (child !== '') tree.push(Number(child))
  }
  return tree
}

/** Memory of a process that is resident, that of files with it, in bytes; 0 where it is not known. Source: proc_pid_statm(5). */
export function residentBytes(pid: number): number {
  pageBytes ??= findPageBytes()
  return Number(read(`/proc/${pid}/statm`)?.split(' ')[1] ?? 0) * pageBytes
}

let pageBytes: number | undefined

/** The size of a page of memory, as the kernel tells each process. Source: getauxval(3), AT_PAGESZ. */
function findPageBytes(): number {
  const pageSizeType = 6n
  const words = new BigUint64Array(new Uint8Array(Buffer.from(read('/proc/self/auxv') ?? '', 'latin1')).buffer)
  const at = words.findIndex((word, position) => position % 2 === 0 && word === pageSizeType)
  return at < 0 ? 4_096 : Number(words[at + 1])
}

/** Memory that is a process's own and not that of a file, in bytes; 0 where it is not known. */
export function ownMemoryBytes(pid: number): number {
  const status = read(`/proc/${pid}/status`) ?? ''
  let kib = 0
  for (const [, value] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) kib += Number(value)
  return kib * 1_024
}

/** Processes whose environment, as they got it, holds any of these texts. Only those of this user can be seen. */
export function processesWith(texts: readonly string[]): readonly number[] {
  const found: number[] = []
  for (const name of list('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    const environment = read(`/proc/${name}/environ`)
    if (environment && texts.some((text) => environment.includes(text))) found.push(Number(name))
  }
  return found
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
