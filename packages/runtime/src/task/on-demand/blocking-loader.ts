import type { MessagePort, Worker } from 'node:worker_threads'
import { loadArtifactNow } from '@millrace/artifact-store'
import { type ArtifactRef, MillraceError } from '@millrace/core-graph'
import { workerEntries, workerFlags } from '../../worker-entries.ts'
import type { ReaderAnswer, ReaderData, ReaderRequest } from './reader-protocol.ts'

/** Loaded on first use: few tasks need it. */
const threads = () => process.getBuiltinModule('node:worker_threads')

interface Reader {
  readonly thread: Worker
  readonly port: MessagePort
  /** 1 while an answer lies in the port. */
  readonly signal: Int32Array
}

/**
 * Loads artifacts whose names could not be seen in a step's source, at the moment they are read. The code that reads `this[name]` cannot wait for a promise,
 * so a helper thread does the I/O and this thread sleeps until it has. The thread is started on first use.
 */
export class BlockingLoader {
  readonly #root: string
  #reader: Reader | undefined

  constructor(root: string) {
    this.#root = root
  }

  /** @throws MillraceError `corrupt-artifact` if the artifact is missing or altered. */
  load(flow: string, name: string, ref: ArtifactRef): unknown {
    return loadArtifactNow(name, ref, (hashes) => this.#ask({ flow, name, hashes }))
  }

  #ask(request: ReaderRequest): readonly Uint8Array[] {
    this.#reader ??= this.#start()
    const { port, signal } = this.#reader
    Atomics.store(signal, 0, 0)
    port.postMessage(request)
    Atomics.wait(signal, 0, 0)
    const answer: ReaderAnswer = threads().receiveMessageOnPort(port)?.message
    if (answer.kind === 'payloads') return answer.payloads
    throw new MillraceError(answer.code, answer.message, { subject: request.name })
  }

  #start(): Reader {
    const { MessageChannel, Worker } = threads()
    const { port1, port2 } = new MessageChannel()
    const signal = new Int32Array(new SharedArrayBuffer(4))
    const data: ReaderData = { root: this.#root, port: port2, signal }
    const thread = new Worker(workerEntries['blocking-reader'], { workerData: data, transferList: [port2], execArgv: [...workerFlags] })
    thread.unref()
    port1.unref()
    return { thread, port: port1, signal }
  }
}
