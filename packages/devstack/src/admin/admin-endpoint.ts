import type { BatchFaultOptions } from '../faults/batch-fault-options.ts'
import type { FaultOptions } from '../faults/fault-plan.ts'
import type { Faults } from '../faults/faults.ts'
import type { Exchange } from '../wire/exchange.ts'
import type { RequestCounts } from '../wire/request-counts.ts'

/** Paths that begin so are the stack's own: no bucket may have this name. */
export const adminPrefix = '/_dev/'

/** What can be looked at and changed from another process. */
export interface AdminTargets {
  readonly faults: Faults
  /** By service. */
  readonly requests: Readonly<Record<string, RequestCounts>>
  /** Takes the host of a job, or one that is busy; gives the ids of the jobs that were on it. */
  readonly loseHost: (jobId?: string) => readonly string[]
}

interface AdminAnswer {
  readonly status: number
  readonly value?: unknown
}

/**
 * The stack's own paths, without signatures, in JSON:
 *
 * - `PUT /_dev/faults/s3` and `PUT /_dev/faults/batch` with fault options, `GET /_dev/faults`, `DELETE /_dev/faults`
 * - `POST /_dev/batch/lose-host`, with `{ "jobId": "..." }` for the host of a job
 * - `GET /_dev/requests`, `DELETE /_dev/requests`
 */
export async function handleAdmin({ incoming, response, rawPath, continue: waiting }: Exchange, targets: AdminTargets): Promise<void> {
  waiting.send()
  // A page in a browser can reach this port too, and says where it comes from.
  const foreign = incoming.headers.origin !== undefined
  const { status, value } = await answerAdmin(foreign ? 'foreign' : `${incoming.method} ${rawPath}`, targets, async () => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part as Buffer)
    return parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString())
  })
  const body = value === undefined ? undefined : `${JSON.stringify(value, null, 2)}\n`
  response.writeHead(status, body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

async function answerAdmin(
  request: string,
  { faults, requests, loseHost }: AdminTargets,
  readJson: () => Promise<unknown>,
): Promise<AdminAnswer> {
  switch (request) {
    case 'foreign':
      return { status: 403, value: { message: 'Pages in browsers may not steer the devstack.' } }
    case 'GET /_dev/faults':
      return { status: 200, value: faults.options }
    case 'PUT /_dev/faults/s3':
      return attempt(async () => faults.setS3((await readJson()) as FaultOptions))
    case 'PUT /_dev/faults/batch':
      return attempt(async () => faults.batch.set((await readJson()) as BatchFaultOptions))
    case 'POST /_dev/batch/lose-host':
      return attempt(async () => ({ jobs: loseHost(((await readJson()) as { jobId?: string }).jobId) }))
    case 'DELETE /_dev/faults':
      faults.clear()
      return { status: 204 }
    case 'GET /_dev/requests':
      return { status: 200, value: Object.fromEntries(Object.entries(requests).map(([service, { counts }]) => [service, counts])) }
    case 'DELETE /_dev/requests':
      for (const each of Object.values(requests)) each.reset()
      return { status: 204 }
    default:
      return {
        status: 404,
        value: {
          message:
            'There are PUT /_dev/faults/s3 and /_dev/faults/batch, GET and DELETE /_dev/faults, GET and DELETE /_dev/requests, POST /_dev/batch/lose-host.',
        },
      }
  }
}

/** Does what is asked; a wish that makes no sense is answered in the words of the error. */
async function attempt(act: () => Promise<unknown>): Promise<AdminAnswer> {
  try {
    const value = await act()
    return value === undefined ? { status: 204 } : { status: 200, value }
  } catch (error) {
    return { status: 400, value: { message: error instanceof Error ? error.message : String(error) } }
  }
}
