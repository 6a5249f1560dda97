import { workerData } from 'node:worker_threads'
import { openStore, readPayloads } from '@millrace/artifact-store'
import { MillraceError } from '@millrace/core-graph'
import type { ReaderAnswer, ReaderData, ReaderRequest } from './reader-protocol.ts'

const { root, port, signal } = workerData as ReaderData
const store = openStore(root)

port.on('message', async ({ flow, name, hashes }: ReaderRequest) => {
  const answer: ReaderAnswer = await readPayloads(store, flow, name, hashes).then(
    (payloads) => ({ kind: 'payloads', payloads }),
    (error: unknown) => ({
      kind: 'failed',
      code: MillraceError.is(error) ? error.code : 'store-failed',
      message: error instanceof Error ? error.message : String(error),
    }),
  )
  port.postMessage(answer)
  Atomics.store(signal, 0, 1)
  Atomics.notify(signal, 0)
})
