import { insteadOf } from '@millrace/core-graph'

/** The action of a command such as `tag add`: its first word. Where there is no such action, that goes to `problems`, and it is the first there is. */
export function readAction<Action extends string>(
  { command, word, actions }: { readonly command: string; readonly word: string; readonly actions: readonly [Action, ...Action[]] },
  problems: string[],
): Action {
  const action = actions.find((each) => each === word)
  if (action === undefined) problems.push(`${command} ${word} is not something to do. ${insteadOf(word, actions)}`)
  return action ?? actions[0]
}
