/** Where a step goes on to. Text such as `on` and `while` is an expression of the flow's source. */
export type Next =
  | { readonly kind: 'linear'; readonly to: string }
  | { readonly kind: 'split'; readonly to: readonly string[] }
  | { readonly kind: 'foreach'; readonly to: string; readonly items: readonly (string | number)[] }
  /** The last case takes every other value too. */
  | { readonly kind: 'switch'; readonly on: string; readonly cases: readonly (readonly [value: string, to: string])[] }
  /** A switch that goes back to its own step. */
  | { readonly kind: 'loop'; readonly while: string; readonly exit: string }
  | { readonly kind: 'end' }

/** A step of a shape, without the part of its body that a behaviour gives. */
export interface ShapeStep {
  readonly name: string
  readonly join?: true
  /** Statements that come before the behaviour's. */
  readonly before?: string
  readonly next: Next
}

/** One way through a shape: what chooses it, and how many tasks of each step it has. A step that is not named does not run. */
export interface Way {
  readonly name: string
  /** Arguments of `run`. */
  readonly args: readonly string[]
  readonly tasks: Readonly<Record<string, number>>
}

/** The steps of a flow and where each goes: everything but what its bodies do. */
export interface Shape {
  readonly name: string
  /** Fields that the steps' own text needs. */
  readonly fields?: string
  /** The names of the parameters among them. */
  readonly parameters?: readonly string[]
  readonly steps: readonly ShapeStep[]
  /** The first is the one that a run without arguments takes. */
  readonly ways: readonly [Way, ...Way[]]
}

/** The steps that `next` may lead to, without the step's own. */
export function targetsOf(next: Next): readonly string[] {
  switch (next.kind) {
    case 'linear':
    case 'foreach':
      return [next.to]
    case 'split':
      return next.to
    case 'switch':
      return next.cases.map(([, to]) => to)
    case 'loop':
      return [next.exit]
    case 'end':
      return []
  }
}
