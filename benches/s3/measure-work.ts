import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, type SideSummary } from '../alternate.ts'
import type { Workspace } from '../workspace.ts'
import type { BucketContents } from './bucket-contents.ts'
import type { Contestant, Place, Work } from './contestants.ts'
import type { S3Server } from './s3-server.ts'

/** What a contestant reached. */
export interface Result {
  readonly contestant: string
  /** Wall time of the whole process, in milliseconds. */
  readonly wall: SideSummary
  /** Objects, GiB or keys. */
  readonly amount: number
  /** The largest resident memory, in bytes; undefined where several processes did the work. */
  readonly peakBytes: number | undefined
  readonly isTenth: boolean
}

/** Has every contestant do the work in turn, in fresh processes, `rounds` times after one that does not count. @throws Error where one fails or has not seen everything. */
export async function measureWork(
  work: Work,
  options: {
    readonly contestants: readonly Contestant[]
    readonly server: S3Server
    readonly contents: BucketContents
    readonly workspace: Workspace
    readonly isSecure: boolean
    readonly rounds: number
    readonly folder: string
  },
): Promise<readonly Result[]> {
  const { contestants, server, contents, workspace, isSecure, rounds } = options
  const output = join(options.folder, 'output')
  const isSmall = work === 'get-memory' || work === 'get-files' || work === 'put'
  const count = isSmall ? contents.smallCount : work === 'list' ? server.listedCount : contents.bigBytes
  const expected = isSmall ? contents.smallCount * contents.smallBytes : count
  const place: Place = {
    endpoint: isSecure ? server.tlsUrl : server.url,
    caFile: server.caFile,
    credentials: server.credentials,
    wantsSignatures: server.wantsSignatures,
    input: contents.folder,
    output,
    count,
  }
  const peaks = new Map<string, number>()
  const facts = new Map<string, { readonly amount: number; readonly isShell: boolean; readonly isTenth: boolean }>()
  const sides: Record<string, () => Promise<{ value: number; cpuMs: number }>> = {}
  for (const contestant of contestants) {
    const command = contestant.command(work, place)
    if (!command) continue
    const { isTenth = false, isShell = false } = command
    const all = isSmall && isTenth ? contents.fewCount : count
    facts.set(contestant.name, { amount: isSmall || work === 'list' ? all : all / 2 ** 30, isShell, isTenth })
    sides[contestant.name] = async () => {
      rmSync(output, { recursive: true, force: true })
      mkdirSync(output, { recursive: true })
      const { wallMs, cpuMs, peakBytes, stdout } = await workspace.run(
        command.command,
        command.args,
        command.env ? { env: command.env } : {},
      )
      if (command.counts && Number(stdout.trim()) !== expected)
        throw new Error(`${contestant.name} has seen ${stdout.trim()} of ${expected} in ${work}`)
      peaks.set(contestant.name, Math.max(peaks.get(contestant.name) ?? 0, peakBytes))
      return { value: wallMs, cpuMs }
    }
  }
  const measured = await alternate(sides, { rounds })
  return Object.entries(measured).map(([contestant, wall]) => {
    const { amount = 0, isShell = false, isTenth = false } = facts.get(contestant) ?? {}
    return { contestant, wall, amount, isTenth, peakBytes: isShell ? undefined : peaks.get(contestant) }
  })
}
