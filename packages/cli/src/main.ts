import { realpathSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type FlowClass, type FlowSpec, MillraceError } from '@millrace/core-graph'
import { isWorker, registeredFlow, registerFlow } from '@millrace/runtime'
import { tellOfForgottenMain } from './forgotten-main.ts'
import { startEarly } from './start-early.ts'

// Whoever imports `millrace` and defines a flow will want main; who forgets it gets an answer too.
process.once('exit', tellOfForgottenMain)

/**
 * Makes a flow file a program: `await main(MyFlow, import.meta)` as its last line. When the file is run by `node`, this is its
 * command line and sets `process.exitCode`; when it is imported, by a test or by a worker, this only makes the flow known.
 *
 * One flow a file: a second one ends with exit code 2. What the command line has to tell is printed to stderr.
 *
 * @throws MillraceError `invalid-flow-file` for a second flow of a file that is imported.
 */
export async function main<F extends FlowSpec>(flowClass: FlowClass<F>, meta: ImportMeta): Promise<void> {
  const known = registeredFlow(meta.url)
  const second = known !== undefined && known !== flowClass
  if (!second) registerFlow(flowClass, meta.url)
  if (second && !isWorker() && !isEntry(meta))
    throw new MillraceError(
      'invalid-flow-file',
      `A file has one flow, and this one has ${known.name} and ${flowClass.name}. Move one of them to a file of its own.`,
      { subject: meta.url },
    )
  if (isWorker() || !isEntry(meta) || !process.getBuiltinModule('node:worker_threads').isMainThread) return
  enableCompileCache()
  const args = process.argv.slice(2)
  if (!second) await startEarly(args, meta.url)
  const { runFlowFile } = await import('./command-line.ts')
  if (second) {
    process.stderr.write(
      `error: Could not use ${flowClass.name} of ${fileURLToPath(meta.url)}: a file has one flow, and this one is already ${known.name}'s. Move one of them to a file of its own.\n`,
    )
    process.exitCode = 2
    return
  }
  await runFlowFile({ flowClass, moduleUrl: meta.url, sourceFile: fileURLToPath(meta.url), program: 'node' }, args)
}

function isEntry(meta: ImportMeta): boolean {
  // Node 24.2 and newer know it; older ones leave it undefined.
  if (typeof meta.main === 'boolean') return meta.main
  const entry = process.argv[1]
  if (entry === undefined) return false
  try {
    return realpathSync(entry) === realpathSync(fileURLToPath(meta.url))
  } catch {
    return false
  }
}
