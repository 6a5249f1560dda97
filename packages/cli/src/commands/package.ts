import { writeFileSync } from 'node:fs'
import { type CodeArchive, makeCodePackage } from '../code-package/code-package.ts'
import { exitCode } from '../exit-code.ts'
import { formatSize } from '../render/quantity.ts'
import { formatTable } from '../render/table.ts'
import { UsageError } from '../usage-error.ts'
import type { Command, CommandContext } from './command.ts'

const usage = 'package list | package save FILE'

/** Shows what a run on AWS Batch would send of this machine. */
export const packageCommand: Command = {
  name: 'package',
  usage,
  summary: 'Show or save the code that a run on AWS Batch would send',
  details: [
    'The flow is bundled with all that it imports; beside the bundle go only the files that millrace.config.json names,',
    'as in "package": { "include": ["model.bin", "node_modules/sharp"] }, by paths and patterns from the flow file\'s folder. Nothing else is sent,',
    'and .env files, keys and the like not even where a pattern finds them. "save" writes the archives that containers get: gzipped tars.',
  ].join('\n'),
  options: [],
  takesParameters: false,
  positionals: { least: 1, most: 2 },
  outlivesReader: false,
  async run(context) {
    const { positionals, problems, module, settings } = context
    const [what, file] = positionals
    const isRight = (what === 'list' && file === undefined) || (what === 'save' && file !== undefined)
    if (!isRight) problems.push(`package takes "list", or "save" and a file. Usage: ${usage}`)
    if (problems.length > 0) throw new UsageError(problems)
    const { code, included } = await makeCodePackage({ sourceFile: module.sourceFile, include: settings.include })
    if (file === undefined) print(context, code, included)
    else save(context, file, { code, included })
    return exitCode.done
  },
}

function print({ output }: CommandContext, code: CodeArchive, included: CodeArchive | undefined): void {
  const rows = [...code.files, ...(included?.files ?? [])].map(({ name, body }) => [formatSize(body.length), name])
  output.print(formatTable(['size', 'file'], rows))
  const total = code.body.length + (included?.body.length ?? 0)
  output.note(`${rows.length} files, ${formatSize(total)} packed${included ? ' in two archives' : ''}.`)
}

function save(
  { output }: CommandContext,
  file: string,
  { code, included }: { code: CodeArchive; included: CodeArchive | undefined },
): void {
  const second = `${file.replace(/\.tgz$/, '')}.included.tgz`
  writeFileSync(file, code.body)
  if (included) writeFileSync(second, included.body)
  output.note(`Saved ${file} (${formatSize(code.body.length)})${included ? ` and ${second} (${formatSize(included.body.length)})` : ''}.`)
}
