import type { Settings } from '@millrace/client/settings'
import type { FlowDefinition } from '@millrace/core-graph'
import type { FlowModule } from '@millrace/runtime'
import type { Option } from '../arguments/option.ts'
import type { OptionValues } from '../arguments/option-values.ts'
import type { TypedValue } from '../arguments/parse-arguments.ts'
import type { Output } from '../terminal/output.ts'

/** What a command has to work with. */
export interface CommandContext {
  readonly definition: FlowDefinition
  readonly module: FlowModule
  /** How the user starts this flow's command line on this datastore: `node squares.ts`, with `--datastore-root` where it was typed. */
  readonly invocation: string
  readonly settings: Settings
  readonly output: Output
  readonly options: OptionValues
  /** What was typed for a parameter. */
  readonly typedParameter: (name: string) => readonly TypedValue[]
  readonly positionals: readonly string[]
  /** What is wrong with the arguments so far. A command that takes parameters adds to it and throws all at once. */
  readonly problems: string[]
}

/** One command of a flow. */
export interface Command {
  readonly name: string
  /** As typed after the flow file, with what it takes. */
  readonly usage: string
  /** One line for `--help`. */
  readonly summary: string
  /** More for its own `--help`. */
  readonly details?: string
  readonly options: readonly Option[]
  /** Whether it takes the flow's parameters: `new` values, or, where they are kept from an earlier run, the `same` ones. */
  readonly takesParameters: false | 'new' | 'same'
  /** How many words it takes beside its name. */
  readonly positionals: { readonly least: number; readonly most: number }
  /** Whether it goes on when nobody reads its stdout any more. */
  readonly outlivesReader: boolean
  /** Does it and gives the exit code. */
  run(context: CommandContext): Promise<number>
}
