import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CodeArchive, type CodePackage, makeCodePackage } from '../code-package/code-package.ts'
import { unpackArchive } from '../code-package/tar.ts'
import { exitCode } from '../exit-code.ts'
import { formatSize } from '../render/quantity.ts'
import { formatTable } from '../render/table.ts'
import { UsageError } from '../usage-error.ts'
import type { Command, CommandContext } from './command.ts'

const usage = 'package list | package save FOLDER'

/** Shows what a run on AWS Batch would send of this machine. */
export const packageCommand: Command = {
  name: 'package',
  usage,
  summary: 'Show or save the code that a run on AWS Batch would send',
  details: [
    'The flow is bundled with all that it imports; beside the bundle go only the files that millrace.config.json names,',
    'as in "package": { "include": ["model.bin", "node_modules/sharp"] }, by paths and patterns from the flow file\'s folder. Nothing else is sent,',
    'and .env files, keys and the like not even where a pattern finds them. "save" writes the archives that containers get, gzipped tars, into a folder.',
  ].join('\n'),
  options: [],
  takesParameters: false,
  positionals: { least: 1, most: 2 },
  outlivesReader: false,
  async run(context) {
    const { positionals, problems, module, settings } = context
    const [what, file] = positionals
    const isRight = (what === 'list' && file === undefined) || (what === 'save' && file !== undefined)
    if (!isRight) problems.push(`package takes "list", or "save" and a folder. Usage: ${usage}`)
    if (problems.length > 0) throw new UsageError(problems)
    const archives = await makeCodePackage({ sourceFile: module.sourceFile, include: settings.include })
    if (file === undefined) print(context, archives)
    else save(context, file, archives)
    return exitCode.done
  },
}

const filled = ({ worker, flow, included }: CodePackage): readonly (readonly [name: string, archive: CodeArchive])[] => [
  ['worker', worker],
  ['flow', flow],
  ...(included ? [['included', included] as const] : []),
]

function print({ output }: CommandContext, archives: CodePackage): void {
  const rows = filled(archives).flatMap(([archive, { body }]) =>
    unpackArchive(body).map((file) => [archive, formatSize(file.body.length), file.name]),
  )
  output.print(formatTable(['archive', 'size', 'file'], rows))
  const totals = filled(archives).map(([archive, { body }]) => `${archive} ${formatSize(body.length)}`)
  output.note(`${rows.length} files; packed: ${totals.join(', ')}.`)
}

function save({ output }: CommandContext, folder: string, archives: CodePackage): void {
  mkdirSync(folder, { recursive: true })
  for (const [archive, { body }] of filled(archives)) writeFileSync(join(folder, `${archive}.tgz`), body)
  output.note(
    `Saved ${filled(archives)
      .map(([archive]) => join(folder, `${archive}.tgz`))
      .join(', ')}.`,
  )
}
