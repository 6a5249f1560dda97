/** A parameter has no value that can be used: everything that is wrong with it, as sentences. */
export class ParameterFailure extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}
