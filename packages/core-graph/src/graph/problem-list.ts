import type { Problem } from './graph.ts'

/** Takes the problems of one step, each at a place in that step's source. */
export interface StepReport {
  readonly step: string
  /** The body's source text. */
  readonly source: string
  /** Adds a problem; what has been said once is not said again. */
  add(rule: string, place: { readonly start: number }, message: string): void
}

/** The problems of a flow as they are found, and at last in the order of the source. */
export class ProblemList {
  readonly #problems: Problem[] = []
  readonly #seen = new Set<string>()

  /** Adds a problem; what has been said once is not said again. */
  add(problem: Problem): void {
    const key = JSON.stringify([problem.rule, problem.step, problem.offset, problem.message])
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#problems.push(problem)
  }

  /** A report for one step. */
  forStep(step: string, source: string): StepReport {
    return {
      step,
      source,
      add: (rule, place, message) => this.add({ rule, message, step, source, offset: place.start }),
    }
  }

  /** Those about the flow first, then by step in the order of `steps`, and by place within a step. */
  inOrder(steps: readonly string[]): readonly Problem[] {
    const rank = new Map(steps.map((step, index) => [step, index]))
    const rankOf = ({ step }: Problem): number => (step === undefined ? -1 : (rank.get(step) ?? steps.length))
    return [...this.#problems].sort((a, b) => rankOf(a) - rankOf(b) || (a.offset ?? -1) - (b.offset ?? -1))
  }
}
