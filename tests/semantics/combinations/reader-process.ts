import { pathToFileURL } from 'node:url'
import { runFlowFile } from '@millrace/cli/command-line'

/** What is read, and as whom. */
export interface ReadRequest {
  readonly id: number
  readonly folder: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** What was written, and the exit code. */
export interface ReadAnswer {
  readonly id: number
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

// Every command listens for the end of its streams.
process.stdout.setMaxListeners(0)
process.stderr.setMaxListeners(0)

let last: Promise<void> = Promise.resolve()
process.on('message', (request: ReadRequest) => {
  last = last.then(async () => {
    process.send?.(await answer(request))
  })
})
process.on('disconnect', () => process.exit())

/** What `node flow.ts ARGS` says in that folder. */
async function answer({ id, folder, args, env }: ReadRequest): Promise<ReadAnswer> {
  process.chdir(folder)
  Object.assign(process.env, env)
  const output = { stdout: '', stderr: '' }
  const written = (['stdout', 'stderr'] as const).map((stream) => {
    const write = process[stream].write
    process[stream].write = (text: string | Uint8Array): boolean => {
      output[stream] += typeof text === 'string' ? text : Buffer.from(text).toString()
      return true
    }
    return () => {
      process[stream].write = write
    }
  })
  const sourceFile = `${folder}/flow.ts`
  const moduleUrl = pathToFileURL(sourceFile).href
  try {
    const { default: flowClass } = await import(moduleUrl)
    await runFlowFile({ flowClass, moduleUrl, sourceFile, program: 'node' }, args)
  } finally {
    for (const restore of written) restore()
  }
  const code = Number(process.exitCode)
  process.exitCode = undefined
  return { id, code, ...output }
}
