import type { Run } from '@millrace/client'
import { namespaceOptions } from '../arguments/option.ts'
import { readAction } from '../arguments/read-action.ts'
import { exitCode } from '../exit-code.ts'
import { openClient, readNamespace } from '../runs/open-client.ts'
import { readPlace } from '../runs/read-place.ts'
import { UsageError } from '../usage-error.ts'
import type { Command, CommandContext } from './command.ts'

const actions = ['add', 'remove', 'list'] as const
/** Far more than a run may have, so that the message about that is the one that is seen. */
const mostWords = 1_000

/** Adds, removes and lists the tags of a run. */
export const tag: Command = {
  name: 'tag',
  usage: 'tag add|remove|list RUN [TAG...] [--json]',
  summary: 'Add, remove or list the tags of a run',
  details: [
    'tag add 5 good "worth keeping"   gives run 5 two tags; one that it has already changes nothing',
    'tag remove 5 good                takes one away; all that are named must be there',
    'tag list 5                       prints the user’s tags, then the system’s, which nobody can edit',
    'It works on runs in any state, and of several who edit at the same time none loses anything. A run has at most 50 tags of up to 500 characters.',
  ].join('\n'),
  options: [...namespaceOptions, { name: 'json', help: 'Print the tags that there are then as JSON' }],
  takesParameters: false,
  positionals: { least: 2, most: mostWords },
  outlivesReader: false,
  async run(context) {
    const { definition, options, output, positionals, problems, settings } = context
    const [word = '', place = '', ...tags] = positionals
    const action = readAction({ command: 'tag', word, actions }, problems)
    if (word === 'list' && tags.length > 0) problems.push(`tag list takes a run and nothing else, such as ${JSON.stringify(tags[0])}.`)
    if ((word === 'add' || word === 'remove') && tags.length === 0) problems.push(`tag ${word} needs one tag or several after the run.`)
    const namespace = readNamespace(context)
    const json = options.flag('json')
    const { run: number, step } = readPlace(definition, place)
    if (step !== undefined) problems.push(`${place} is more than a run, and only a run has tags: tag ${word} ${number} ...`)
    if (problems.length > 0) throw new UsageError(problems)
    const run = await openClient(settings, namespace).flow(definition.name).run(number)
    const now = action === 'list' ? run.tags : await run.editTags({ [action]: tags })
    if (json) output.print(JSON.stringify({ run: run.pathspec, tags: now, systemTags: run.systemTags }, null, 2))
    else if (action === 'list') printTags(context, run)
    else
      output.note(
        now.length === 0
          ? `${run.pathspec} has no tags now.`
          : `${run.pathspec} has the tags ${now.map((each) => JSON.stringify(each)).join(', ')} now.`,
      )
    return exitCode.done
  },
}

function printTags({ output }: CommandContext, run: Run): void {
  for (const each of run.tags) output.print(each)
  for (const each of run.systemTags) output.print(`${each}  ${output.paint('dim', '(system)')}`)
}
