import type { AnyNode, PropertyDefinition } from 'acorn'
import type { FlowDefinition } from '../../flow/definition.ts'
import { reservedNames } from '../../flow/flow-spec.ts'
import type { StepReport } from '../problem-list.ts'
import { type FunctionNode, parseClass } from './parse.ts'
import { readPaths } from './paths.ts'
import { isFunction, staticName } from './syntax.ts'
import { readUses, type Use } from './uses.ts'

/** What calling a method or reading a getter of the flow does, with all that it calls in turn. */
export interface Effects {
  readonly reads: ReadonlySet<string>
  readonly writes: ReadonlySet<string>
  /** Whether it uses names that its source does not show. */
  readonly dynamic: boolean
  /** Whether it calls `this.mergeArtifacts`. */
  readonly merges: boolean
  /** Whether it calls `this.next`, which only a step's body may. */
  readonly next: boolean
}

const noEffects: Effects = { reads: new Set(), writes: new Set(), dynamic: false, merges: false, next: false }

interface Member {
  readonly node: FunctionNode | undefined
  readonly uses: readonly Use[]
  readonly next: boolean
}

/**
 * The methods, getters and setters of a flow's class and of the classes between it and FlowSpec, and its private fields that hold functions.
 * The classes are parsed when the first of them is asked for. Where one overrides another, both count.
 */
export class FlowMembers {
  readonly #definition: FlowDefinition
  #members: ReadonlyMap<string, readonly Member[]> | undefined
  #readable = true
  readonly #effects = new Map<string, Effects>()

  constructor(definition: FlowDefinition) {
    this.#definition = definition
  }

  /** Whether `this.name` is no artifact but a member of the class: private, or on its prototype. */
  has(name: string): boolean {
    return name.startsWith('#') || name in this.#definition.flowClass.prototype
  }

  /** The one function behind `name`; `undefined` where there is none, or several. */
  functionNamed(name: string): FunctionNode | undefined {
    if (!this.has(name)) return undefined
    const members = this.#all().get(name)
    return members?.length === 1 ? members[0]?.node : undefined
  }

  /** What using `name` does. */
  effectsOf(name: string): Effects {
    const known = reservedNames.includes(name) ? noEffects : this.#effects.get(name)
    if (known) return known
    const reads = new Set<string>()
    const writes = new Set<string>()
    const reached = new Set([name])
    let dynamic = false
    let merges = false
    let next = false
    for (const current of reached) {
      for (const member of this.#all().get(current) ?? []) {
        next ||= member.next
        for (const use of member.uses) {
          if (use.kind === 'escape') dynamic = true
          else if (use.kind === 'merge') merges = true
          else if (this.has(use.name)) reached.add(use.name)
          else if (use.kind === 'read') reads.add(use.name)
          else writes.add(use.name)
        }
      }
    }
    const effects = { reads, writes, dynamic: dynamic || !this.#readable, merges, next }
    this.#effects.set(name, effects)
    return effects
  }

  #all(): ReadonlyMap<string, readonly Member[]> {
    this.#members ??= this.#parse()
    return this.#members
  }

  #parse(): ReadonlyMap<string, readonly Member[]> {
    const members = new Map<string, Member[]>()
    for (const source of classSources(this.#definition)) {
      const parsed = parseClass(source)
      if (!parsed) this.#readable = false
      for (const element of parsed?.body.body ?? []) {
        if (element.type === 'StaticBlock' || element.static || !element.value) continue
        const name = staticName(element.key, element.computed)
        if (name === undefined || name === 'constructor' || (element.type === 'PropertyDefinition' && !isPrivate(element))) continue
        members.set(name, [...(members.get(name) ?? []), readMember(element.value, source)])
      }
    }
    return members
  }
}

const isPrivate = (field: PropertyDefinition): boolean => field.key.type === 'PrivateIdentifier'

/** The sources of the flow's class and its parents up to FlowSpec, which is known by its own `mergeArtifacts`. */
function classSources({ flowClass }: FlowDefinition): string[] {
  const sources: string[] = []
  let current: unknown = flowClass
  while (typeof current === 'function' && current !== Function.prototype && !Object.hasOwn(current.prototype, 'mergeArtifacts')) {
    sources.push(Function.prototype.toString.call(current))
    current = Object.getPrototypeOf(current)
  }
  return sources
}

function readMember(value: AnyNode, source: string): Member {
  let hidden = false
  const report: StepReport = {
    step: '',
    source,
    add: (rule) => {
      hidden ||= rule.endsWith('next') || rule === 'next-as-value'
    },
  }
  if (!isFunction(value)) return { node: undefined, uses: readUses(value, report), next: hidden }
  const uses = readUses(value, report)
  const paths = readPaths(value, report)
  return { node: value, uses, next: hidden || paths.calls.length > 0 || !paths.readable }
}
