import { current, FlowSpec, type Inputs, join, main, parallelMap, step } from 'millrace'

/** Every way to go on, in one flow: a loop, a switch, a static split, nested foreaches, merges, and what `this` and `current` tell. */
export default class Shapes extends FlowSpec {
  round = 0
  shared = 'from start'
  big!: Float64Array
  letters!: string[]
  lengths!: number[]
  digits!: number[]
  word!: string
  words!: string[]
  stack!: string
  side!: string
  conflict!: string
  only?: string
  doubled!: number[]

  start = step(() => {
    this.big = new Float64Array(10_000).fill(1.5)
    this.next(this.loop)
  })

  loop = step(() => {
    this.round += 1
    if (this.round < 4) this.next(this.loop)
    else this.next(this.choose)
  })

  choose = step(() => {
    switch (this.round % 2) {
      case 0:
        return this.next(this.even)
      default:
        return this.next(this.odd)
    }
  })

  odd = step(() => this.next(this.fan))

  even = step(() => {
    // Not to be seen in the source: it is loaded when it is read, and the body cannot wait.
    const names = ['big', 'shared'] as const
    this.lengths = names.map((name) => this[name].length)
    this.next(this.fan)
  })

  fan = step(() => {
    this.letters = ['a', 'b', 'c']
    this.next(this.letter, { foreach: this.letters })
  })

  letter = step((letter: string) => {
    this.digits = [...(letter === 'a' ? [0, 1, 2] : [0, 1])]
    this.word = letter
    this.next(this.digit, { foreach: new Set(this.digits) })
  })

  digit = step((digit: number) => {
    this.word += digit
    this.next(this.describe)
  })

  describe = step(() => {
    this.stack = this.foreachStack()
      .map(({ index, count, input }) => `${index}/${count}=${input}`)
      .join(' ')
    this.word += `:${this.index}:${this.input}`
    this.next(this.gatherDigits)
  })

  gatherDigits = join((inputs: Inputs<this>) => {
    this.mergeArtifacts(inputs, { exclude: ['word', 'stack'] })
    this.words = inputs.map((input) => `${input.word} [${input.stack}]`)
    this.next(this.gatherLetters)
  })

  gatherLetters = join((inputs: Inputs<this>) => {
    this.words = inputs.flatMap((input) => input.words)
    this.mergeArtifacts(inputs, { include: ['shared', 'big', 'round', 'lengths'] })
    this.next(this.right, this.left)
  })

  left = step(() => {
    this.side = 'left'
    this.conflict = 'left'
    this.next(this.meet)
  })

  right = step(() => {
    this.side = 'right'
    this.conflict = 'right'
    this.only = 'right only'
    this.next(this.rightEnd)
  })

  rightEnd = step(() => this.next(this.meet))

  meet = join((inputs: Inputs<Shapes>) => {
    this.side = `${inputs.left.side} ${inputs.right.side} ${inputs.rightEnd.side} ${inputs.map((input) => input.side).join()}`
    this.conflict = 'resolved'
    this.mergeArtifacts(inputs)
    this.next(this.parallel)
  })

  parallel = step(async () => {
    this.doubled = await parallelMap([1, 2, 3], (n, { by }: { by: number }) => n * by, { context: { by: 2 }, workers: 2 })
    this.next(this.end)
  })

  end = step(() => {
    const name = 'only'
    const facts = {
      round: this.round,
      lengths: this.lengths,
      shared: this.shared,
      sum: this.big.reduce((a, b) => a + b, 0),
      words: this.words,
      side: this.side,
      only: this[name],
      conflict: this.conflict,
    }
    console.log(
      JSON.stringify({
        ...facts,
        doubled: this.doubled,
        step: current.stepName,
        run: current.runId,
        flow: current.flowName,
        attempt: current.attempt,
        index: this.index ?? null,
      }),
    )
  })
}

await main(Shapes, import.meta)
