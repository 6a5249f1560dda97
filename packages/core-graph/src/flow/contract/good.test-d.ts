import { type FlowClass, FlowSpec, type Inputs, type Join, join, parameter, type Step, type StepName, step } from '../../index.ts'

declare function main(flow: FlowClass, meta: ImportMeta): Promise<void>
declare function includeFile(options: { default: string; encoding: null }): Uint8Array
declare function includeFile(options: { default: string }): string

interface Shard {
  name: string
  rows: number
}

/** Every construct that must compile. */
class Good extends FlowSpec {
  readonly alpha = parameter(0.1, { help: 'learning rate' })
  readonly rounds = parameter.integer({ default: () => 3 })
  readonly label = parameter.string({ required: true })
  readonly options = parameter.json<{ deep: boolean }>({ default: { deep: true } })
  readonly genres = parameter.string({ separator: ',', default: ['Action', 'Drama'] })
  readonly weights = parameter.number({ separator: ';' })
  readonly verbose = parameter(false)
  readonly note = parameter.string()
  readonly csv = includeFile({ default: './shards.csv' })
  readonly image = includeFile({ default: './logo.png', encoding: null })

  shards!: Shard[]
  byName!: Map<string, Shard>
  kinds!: Set<string>
  values!: Float64Array
  mean!: number
  best?: string
  round = 0
  total = 0
  #scratch = new Map<string, number>()

  start = step(() => {
    this.shards = this.csv.split('\n').map((name) => ({ name, rows: name.length }))
    this.byName = new Map(this.shards.map((shard) => [shard.name, shard]))
    this.kinds = new Set(this.genres)
    this.values = new Float64Array(this.weights ?? [])
    this.next(this.fit, { foreach: this.shards })
  })

  fit = step(
    { batch: { cpu: 4, memory: 16_000, queue: 'fast' }, retry: { times: 2, delay: '1s' }, timeout: '10m', catch: 'failure' },
    async (shard: Shard) => {
      this.#scratch.set(shard.name, shard.rows)
      this.mean = shard.rows * this.alpha
      this.next(this.gather)
    },
  )

  gather = join((inputs: Inputs<this>) => {
    this.mergeArtifacts(inputs, { exclude: ['mean'] })
    this.mean = inputs.reduce((sum, input) => sum + input.mean, 0) / inputs.length
    this.next(this.left, this.right)
  })

  left = step({ retry: 3 }, () => {
    this.best = 'left'
    this.next(this.meet)
  })

  right = step({ resources: { memory: 32_000, gpu: 1, sharedMemory: 1_000, disk: 20_000 } }, () => {
    this.best = 'right'
    this.next(this.meet)
  })

  meet = join({ timeout: 60_000 }, (inputs: Inputs<Good>) => {
    this.mergeArtifacts(inputs, { include: ['byName', 'kinds', 'values', 'shards'] })
    this.best = inputs.left.best ?? inputs.right.best ?? inputs[0]?.best ?? 'none'
    this.next(this.loop)
  })

  loop = step(() => {
    this.round += 1
    if (this.round < this.rounds) this.next(this.loop)
    else this.next(this.overMap)
  })

  overMap = step(() => {
    console.log(this.best)
    this.next(this.pair, { foreach: this.byName })
  })
  pair = step(([name, shard]: [string, Shard]) => {
    console.log(name, shard.rows)
    this.next(this.nested, { foreach: this.kinds })
  })

  nested = step({ retry: { times: 1 } }, (kind: string) => {
    console.log(kind, this.index, this.input, this.foreachStack().length)
    this.next(this.deeper, { foreach: this.values })
  })

  deeper = step((value: number) => {
    this.total = value
    this.next(this.deeperJoin)
  })

  deeperJoin = join((inputs: Inputs<this>) => {
    for (const { total } of inputs) this.total += total
    this.next(this.nestedJoin)
  })

  nestedJoin = join((inputs: Inputs<this>) => {
    this.total = Math.max(...inputs.map((input) => input.total))
    this.next(this.pairJoin)
  })

  pairJoin = join(() => this.next(this.generated))

  generated = step(() => {
    function* tuples(): Generator<readonly [number, string]> {
      yield [1, 'one']
    }
    if (this.verbose) console.log(this.note?.length)
    this.next(this.tuple, { foreach: tuples() })
  })

  tuple = step(([number, text]: readonly [number, string]) => {
    console.log(number, text)
    this.total = number
    this.next(this.tupleJoin)
  })

  tupleJoin = join(async (inputs: Inputs<this>) => {
    await Promise.all(inputs.map(async (input) => input.total))
    this.next(this.anything, { foreach: this.genres.entries() })
  })

  /** A foreach may lead to a step that takes nothing. */
  anything = step(() => this.next(this.lastJoin))
  lastJoin = join(() => this.next(this.end))

  end = step({ environment: { MODE: 'quiet' } }, async () => console.log(this.options.deep, this.image.byteLength, this.label))
}

/** A flow may extend another, and use its steps. */
class Better extends Good {
  score!: number
  override end = step(() => {
    this.score = this.mean * 2
  })
}

const start: Step = new Better().start
const gather: Join = new Good().gather
const names: StepName<Good>[] = ['start', 'fit', 'gather', 'end']
const parameters: [number, number, readonly string[], readonly number[] | undefined, boolean, string | undefined] = [
  new Good().alpha,
  new Good().rounds,
  new Good().genres,
  new Good().weights,
  new Good().verbose,
  new Good().note,
]
console.log(start, gather, names, parameters)

await main(Good, import.meta)
