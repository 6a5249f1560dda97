import { openStore } from '@millrace/artifact-store'
import { Client } from '@millrace/client'
import type { Settings } from '@millrace/client/settings'
import type { CommandContext } from '../commands/command.ts'

/** A client of the command's datastore. Without a namespace it shows all runs: one that is named need not be the user's own. */
export function openClient({ datastoreRoot, durable }: Settings, namespace: string | null = null): Client {
  return Client.open({ store: openStore(datastoreRoot, { durable }), namespace })
}

/** The namespace that `--namespace` and `--all` choose; `null` is all. What is wrong with them goes to `problems`. */
export function readNamespace({ options, problems, settings }: Pick<CommandContext, 'options' | 'problems' | 'settings'>): string | null {
  const given = options.text('namespace')
  const all = options.flag('all')
  if (all && given !== undefined) problems.push('--namespace and --all exclude each other.')
  return all ? null : (given ?? settings.namespace)
}
