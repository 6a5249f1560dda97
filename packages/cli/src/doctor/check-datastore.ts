import { randomUUID } from 'node:crypto'
import { openStore } from '@millrace/artifact-store'
import { MillraceError } from '@millrace/core-graph'
import { type Finding, fine, problem } from './finding.ts'

/** Whether the datastore can be written to, read, and create only where nothing is, and whether jobs could reach it: four requests, and nothing is left there. */
export async function* checkDatastore(root: string, signal: AbortSignal): AsyncGenerator<Finding, void, void> {
  const key = `doctor/${randomUUID()}`
  const body = new TextEncoder().encode('Written by millrace doctor; it can be deleted.')
  try {
    const store = openStore(root, { durable: false })
    const made = await store.put(key, body, { mode: 'create', signal })
    const read = await store.get(key, { signal })
    const madeAgain = await store.put(key, body, { mode: 'create', signal })
    await store.delete([key])
    if (!made || madeAgain || read === undefined || !Buffer.from(read).equals(body))
      yield problem(
        'datastore',
        `${root} does not keep what it is given: an object that exists was made again, or came back changed. Use S3 itself, or another server that knows If-None-Match.`,
      )
    else yield fine('datastore', `${root} can be written and read.`)
  } catch (error) {
    signal.throwIfAborted()
    if (!MillraceError.is(error)) throw error
    yield problem('datastore', error.message)
  }
  if (!root.startsWith('s3://'))
    yield problem(
      'datastore',
      `${root} is on this machine, where jobs cannot reach it. Set MILLRACE_DATASTORE_ROOT to s3://bucket/prefix to run steps on AWS Batch.`,
    )
}
