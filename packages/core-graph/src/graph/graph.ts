/** A step, as its source tells it. */
export interface GraphNode {
  readonly name: string
  /** What its `this.next` does: one target, several at once, one for each item, one of several, or nothing more. */
  readonly kind: 'linear' | 'split' | 'foreach' | 'switch' | 'end'
  readonly join: boolean
  /** Whether its body takes an item. */
  readonly takesItem: boolean
  /** In the order of the arguments of `this.next`; for a switch in the order of the class's fields. Names only, known or not. */
  readonly targets: readonly string[]
  /** Artifacts and parameters that the body, or a method that it calls, can read from `this`. */
  readonly reads: ReadonlySet<string>
  /** For a join: names that it can read from its inputs. More than it really reads, never fewer, where `dynamic` is false. */
  readonly inputReads: ReadonlySet<string>
  /** Names that it can assign to `this`. */
  readonly writes: ReadonlySet<string>
  /** Whether it can also read names that its source does not show: `this[name]`, `helper(this)`, `helper(inputs)`. */
  readonly dynamic: boolean
}

/** A flow's steps and where each goes, known without running anything. */
export interface Graph {
  readonly flow: string
  /** In the order of the class's fields. */
  readonly nodes: ReadonlyMap<string, GraphNode>
}

/** Something wrong with a flow, found before anything runs. */
export interface Problem {
  /** The check that found it, such as `unknown-step`. */
  readonly rule: string
  /** A sentence that says what is wrong, with what, and what to write instead. */
  readonly message: string
  readonly step?: string
  /** The source text in which `offset` counts, in UTF-16 units: find it in the file to know the line. */
  readonly source?: string
  readonly offset?: number
}
