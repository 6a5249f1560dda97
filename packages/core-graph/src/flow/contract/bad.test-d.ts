import { FlowSpec, type Inputs, join, parameter, type StepName, step } from '../../index.ts'

/** Every line after a @ts-expect-error must be rejected by the compiler. */
class Bad extends FlowSpec {
  readonly size = parameter(10)
  readonly genres = parameter.string({ separator: ',', default: ['Drama'] })
  names!: string[]
  count!: number
  word!: string
  byName!: Map<string, number>
  values!: Float64Array

  // @ts-expect-error - no such step
  unknownStep = step(() => this.next(this.nowhere))
  // @ts-expect-error - an artifact is not a step
  artifactAsStep = step(() => this.next(this.count))
  // @ts-expect-error - a parameter is not a step
  parameterAsStep = step(() => this.next(this.size))
  // @ts-expect-error - a name is not a step
  textAsStep = step(() => this.next('plain'))
  // @ts-expect-error - nothing to go to
  noTarget = step(() => this.next())
  // @ts-expect-error - foreach over a number
  notIterable = step(() => this.next(this.plain, { foreach: this.count }))
  // @ts-expect-error - foreach over an object
  overObject = step(() => this.next(this.plain, { foreach: { a: 1 } }))
  // @ts-expect-error - foreach over a string
  overString = step(() => this.next(this.text, { foreach: this.word }))
  // @ts-expect-error - items are strings, the step takes numbers
  wrongItem = step(() => this.next(this.item, { foreach: this.names }))
  // @ts-expect-error - items of a Map are pairs
  wrongMapItem = step(() => this.next(this.item, { foreach: this.byName }))
  // @ts-expect-error - items of a typed array are numbers
  wrongTypedItem = step(() => this.next(this.text, { foreach: this.values }))
  // @ts-expect-error - items of a list parameter are strings
  wrongListItem = step(() => this.next(this.item, { foreach: this.genres }))
  // @ts-expect-error - the pair is the other way round
  wrongTuple = step(() => this.next(this.pair, { foreach: [[1, 'a']] as [number, string][] }))
  // @ts-expect-error - a step with an item needs foreach
  noForeach = step(() => this.next(this.item))
  loopItem = step((_item: number) => {
    // @ts-expect-error - a step with an item cannot loop without foreach
    this.next(this.loopItem)
  })
  // @ts-expect-error - a join cannot be a foreach target
  joinTarget = step(() => this.next(this.gather, { foreach: this.names }))
  // @ts-expect-error - a static split into a step with an item
  splitItem = step(() => this.next(this.plain, this.item))
  // @ts-expect-error - one target for a foreach
  foreachTargets = step(() => this.next(this.plain, this.text, { foreach: this.names }))
  // @ts-expect-error - unknown option of next
  unknownOption = step(() => this.next(this.item, { forEach: [1, 2] }))
  // @ts-expect-error - a foreach and an unknown option of next
  secondOption = step(() => this.next(this.item, { foreach: [1, 2], parallel: true }))
  // @ts-expect-error - unknown step option
  unknownStepOption = step({ bach: true }, () => {})
  // @ts-expect-error - memory is a number of MB
  wrongStepOption = step({ batch: { memory: '60GB' } }, () => {})
  // @ts-expect-error - unknown resource
  unknownResource = step({ resources: { cpus: 2 } }, () => {})
  // @ts-expect-error - no such unit of time
  wrongTimeout = step({ timeout: '10min' }, () => {})
  // @ts-expect-error - retry times are a number
  wrongRetry = step({ retry: { times: '2' } }, () => {})
  // @ts-expect-error - an environment is text
  wrongEnvironment = step({ environment: { MODE: 1 } }, () => {})
  // @ts-expect-error - a join has options of a step
  wrongJoinOption = join({ retries: 2 }, (_inputs: Inputs<Bad>) => {})
  assign = step(() => {
    // @ts-expect-error - a parameter is read-only
    this.size = 3
    // @ts-expect-error - a list parameter is read-only, its items too
    this.genres.push('Action')
    // @ts-expect-error - this.index is FlowSpec's
    this.index = 3
  })
  missingArtifact = step(() => {
    // @ts-expect-error - no such artifact
    console.log(this.total)
  })
  // @ts-expect-error - a step returns nothing
  returns = step(() => 42)
  // @ts-expect-error - nor a promise of something
  returnsPromise = step(async () => 42)
  // @ts-expect-error - a step takes one argument
  twoArguments = step((_item: number, _other: number) => {})
  // @ts-expect-error - a join takes its inputs, not an item
  joinItem = join((_item: number) => {})
  // @ts-expect-error - parameter() takes a number, text or a switch
  objectParameter = parameter({ deep: true })
  // @ts-expect-error - the default is no integer
  textInteger = parameter.integer({ default: '3' })
  // @ts-expect-error - the default of a list is a list
  listDefault = parameter.string({ separator: ',', default: 'Drama' })

  plain = step(() => {})
  item = step((item: number) => console.log(item))
  text = step((item: string) => console.log(item))
  pair = step((item: [string, number]) => console.log(item))
  gather = join((inputs: Inputs<Bad>) => {
    // @ts-expect-error - no such artifact on an input
    console.log(inputs[0]?.total)
    // @ts-expect-error - no such branch
    console.log(inputs.elsewhere.count)
    // @ts-expect-error - an artifact is no branch
    console.log(inputs.names.count)
    // @ts-expect-error - no such artifact to merge
    this.mergeArtifacts(inputs, { exclude: ['total'] })
    // @ts-expect-error - inputs are read-only
    inputs.push(this)
  })
}

// @ts-expect-error - an artifact is no step
const wrongName: StepName<Bad> = 'count'
console.log(Bad, wrongName)
