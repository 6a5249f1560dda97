import { writeSync } from 'node:fs'

const descriptors = { stdout: 1, stderr: 2 } as const
type StreamName = keyof typeof descriptors

const opened = new Map<StreamName, NodeJS.WriteStream>()

/**
 * Makes this process's streams block, so that what a step writes is in the pipe before a child process that it starts can write its own.
 * A stream is opened when it is first used, which takes as long as a whole task: most tasks print nothing.
 */
export function blockStreams(): void {
  for (const name of Object.keys(descriptors) as StreamName[]) {
    const descriptor = Object.getOwnPropertyDescriptor(process, name)
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const stream: NodeJS.WriteStream = opened.get(name) ?? descriptor?.get?.call(process)
        if (!opened.has(name)) (stream as { _handle?: { setBlocking?(on: boolean): void } })._handle?.setBlocking?.(true)
        opened.set(name, stream)
        return stream
      },
    })
  }
}

/** Writes past whatever a step may have put in the place of `stream.write`, behind all that it has written. Settles with whether it could. */
export async function writeLast(name: StreamName, text: string): Promise<boolean> {
  const stream = opened.get(name)
  if (stream) {
    if (!stream.writable) return false
    return await new Promise((resolve) => {
      Object.getPrototypeOf(stream).write.call(stream, text, (error: unknown) => resolve(!error))
    })
  }
  try {
    writeSync(descriptors[name], text)
    return true
  } catch {
    return false
  }
}
