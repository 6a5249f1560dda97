// A thread of a scan: decodes what it is sent. It is a file of its own in the package.
import { parentPort } from 'node:worker_threads'
import { ColumnFailure, runDecodeJob } from '../decode/decode-job.ts'
import { type AnswerMessage, answerTransfers, type JobMessage } from './thread-protocol.ts'

async function answer({ id, job }: JobMessage): Promise<void> {
  try {
    const decoded = await runDecodeJob(job)
    parentPort?.postMessage({ id, kind: 'decoded', decoded } satisfies AnswerMessage, answerTransfers(decoded))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const column = error instanceof ColumnFailure ? error.column : undefined
    parentPort?.postMessage({ id, kind: 'failed', column, message } satisfies AnswerMessage)
  }
}

parentPort?.on('message', answer)
