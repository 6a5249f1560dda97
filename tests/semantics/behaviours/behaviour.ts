import type { Checker } from '../checkers/checker.ts'
import type { Ended } from '../combinations/flow-folder.ts'
import type { Place } from '../shapes/place.ts'
import type { Shape, Way } from '../shapes/shape.ts'

/** Selects steps: see `qualifiersOf` in shapes/place.ts. */
type Qualifier =
  | `step:${string}`
  | 'all'
  | 'start'
  | 'end'
  | 'linear'
  | 'plain'
  | 'split'
  | 'static-split'
  | 'foreach-split'
  | 'switch'
  | 'loop'
  | 'join'
  | 'static-join'
  | 'foreach-join'
  | 'singleton'
  | 'inner'
  | 'branch'
  | 'foreach-inner'
  | 'takes-item'

type Text = string | ((place: Place) => string)

/** What a behaviour puts into the steps that it selects. */
export interface Body {
  /** A step with any of these takes this body, unless an earlier body of the behaviour has taken it. */
  readonly on: readonly Qualifier[]
  /** Whether a shape in which no step takes this body has no such combination. */
  readonly required?: true
  /** Source text of the step's options, without the braces. */
  readonly options?: Text
  /** Statements, in which `this` is the flow, `inputs` are a join's, and `item` is a foreach's. */
  readonly text: Text
  /** Statements in place of the shape's own `this.next`. */
  readonly next?: Text
}

/** A command of a combination: `run`, `resume` and what else runs the flow. */
export interface FlowCommand {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The exit code that it must have. Default 0. */
  readonly code?: number
  /** Changes files in the flow's folder before the command runs. */
  readonly before?: (folder: string) => void
}

/** What a check looks at. */
export interface Scene {
  readonly flow: string
  readonly folder: string
  readonly shape: Shape
  readonly way: Way
  readonly places: readonly Place[]
  /** How the commands ended, in their order. */
  readonly ended: readonly Ended[]
  /** Runs one more command of the flow's file. */
  command(args: readonly string[]): Promise<Ended>
  /** The keys in the datastore under `prefix`. */
  keys(prefix: string): Promise<readonly string[]>
}

/** What a flow does, whatever its shape: bodies for steps, and what must be found afterwards. */
export interface Behaviour {
  /** A sentence about flows. */
  readonly name: string
  /** How many combinations it has: asserted, so that none vanishes unseen. */
  readonly combinations: number
  /** Default: every shape that has a step for each required body. */
  readonly shapes?: readonly string[]
  /** Whether each way through a shape is a combination, and not the first alone. */
  readonly everyWay?: true
  /** Source text before the class. */
  readonly header?: string
  /** Fields of the class. */
  readonly fields?: string
  /** Earlier bodies go before later ones. */
  readonly bodies: readonly Body[]
  /** The items of a foreach, as an expression, in place of the shape's. */
  readonly items?: (place: Place) => string | undefined
  /** How many tasks of each step there are in the last run, where it differs from the shape's; `undefined`: do not count. */
  readonly tasks?: (way: Way) => Readonly<Record<string, number>> | undefined
  /** Set where the compiler must reject the flow, for the same reason as `check`. */
  readonly rejected?: true
  /** Files beside the flow's. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Default: `run`, with the way's arguments. */
  readonly commands?: (way: Way) => readonly FlowCommand[]
  /** Runs once for each checker. */
  check(checker: Checker, scene: Scene): Promise<void> | void
}
