import type { AnyNode, AssignmentExpression, BinaryExpression, CallExpression, Class, MemberExpression, ObjectPattern } from 'acorn'
import type { StepReport } from '../problem-list.ts'
import { readMerge } from './merge.ts'
import type { FunctionNode } from './parse.ts'
import { childrenOf, isFunction, isLoop, literalText, staticName, thisMember, unwrap } from './syntax.ts'
import type { Use } from './uses.ts'

/** Where a use stands: in the body itself, in an arrow function that shares its `this`, or where `this` is another. */
type Place = 'body' | 'arrow' | 'function' | 'method'

/** Walks a body in the order of its evaluation and collects what it does with `this`. */
export class UseReader {
  readonly uses: Use[] = []
  readonly #report: StepReport
  #loops = 0

  constructor(report: StepReport) {
    this.#report = report
  }

  /** Reads the parameters and the body of a function, or any other node. */
  read(node: AnyNode): void {
    if (isFunction(node)) for (const parameter of node.params) this.#assign(parameter, 'body')
    this.#visit(isFunction(node) ? node.body : node, 'body')
    for (const use of this.uses) if (use.kind === 'read') use.before = Math.min(use.before, this.uses.length)
  }

  #visit(node: AnyNode, place: Place): void {
    if (isFunction(node)) this.#children(node, within(node, place))
    else if (isLoop(node)) this.#loop(node, place)
    else if (node.type === 'ThisExpression') this.#escape(node, place)
    else if (node.type === 'MemberExpression') this.#member(node, place)
    else if (node.type === 'CallExpression') this.#call(node, place)
    else if (node.type === 'AssignmentExpression') this.#assignment(node, place)
    else if (node.type === 'AssignmentPattern') this.#bind(node.left, node.right, place)
    else if (node.type === 'VariableDeclarator') this.#bind(node.id, node.init ?? undefined, place)
    else if (node.type === 'UpdateExpression') {
      this.#visit(node.argument, place)
      this.#assign(node.argument, place)
    } else if (node.type === 'UnaryExpression' && node.operator === 'delete' && thisMember(node.argument))
      this.#assign(unwrap(node.argument), place)
    else if (node.type === 'BinaryExpression' && node.operator === 'in') this.#in(node, place)
    else if (node.type === 'ClassExpression' || node.type === 'ClassDeclaration') this.#class(node, place)
    else if (node.type === 'Property') {
      if (node.computed) this.#visit(node.key, place)
      const isMethod = isFunction(node.value) && (node.method || node.kind !== 'init')
      this.#visit(node.value, isMethod ? 'method' : place)
    } else this.#children(node, place)
  }

  /** Function declarations are there before the statements around them run. */
  #children(node: AnyNode, place: Place): void {
    const children = childrenOf(node)
    for (const child of children) if (child.type === 'FunctionDeclaration') this.#visit(child, place)
    for (const child of children) if (child.type !== 'FunctionDeclaration') this.#visit(child, place)
  }

  #loop(node: AnyNode, place: Place): void {
    const first = this.uses.length
    this.#loops += 1
    if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') {
      this.#visit(node.right, place)
      if (node.left.type === 'VariableDeclaration') this.#visit(node.left, place)
      else this.#assign(node.left, place)
      this.#visit(node.body, place)
    } else this.#children(node, place)
    this.#loops -= 1
    if (this.#loops > 0) return
    for (const use of this.uses.slice(first)) if (use.kind === 'read') use.before = Math.max(use.before, this.uses.length)
  }

  #escape(node: AnyNode, place: Place): void {
    if (owns(place)) this.uses.push({ kind: 'escape', start: node.start })
  }

  #read(name: string | undefined, node: AnyNode, place: Place, guarded = false): void {
    if (name === undefined) this.#escape(node, place)
    else
      this.uses.push({
        kind: 'read',
        name,
        start: node.start,
        guarded,
        before: place === 'body' ? this.uses.length : Number.POSITIVE_INFINITY,
      })
  }

  #member(node: MemberExpression, place: Place): void {
    if (node.computed) this.#visit(node.property, place)
    const own = owns(place) && (node.object.type === 'Super' || unwrap(node.object).type === 'ThisExpression')
    const name = staticName(node.property, node.computed)
    if (!own) this.#visit(node.object, place)
    else if (name === 'next') this.#nextAsValue(node)
    else this.#read(name, node, place)
  }

  #nextAsValue(node: AnyNode): void {
    this.#report.add(
      'next-as-value',
      node,
      `Step ${this.#report.step} uses this.next as a value, so the graph cannot be read before the run. Call it where the body goes on: this.next(this.a).`,
    )
  }

  #call(node: CallExpression, place: Place): void {
    const callee = thisMember(node.callee)
    if (callee?.name === 'next' && place !== 'method') {
      this.#next(node, callee.node.computed, place)
      return
    }
    if (callee?.name === 'mergeArtifacts' && owns(place)) {
      this.uses.push({ kind: 'merge', ...readMerge(node) })
      for (const argument of node.arguments) this.#visit(argument, place)
      return
    }
    if (node.callee.type === 'Identifier' && node.callee.name === 'eval') this.#escape(node, place)
    this.#children(node, place)
  }

  #next(node: CallExpression, computed: boolean, place: Place): void {
    const { step } = this.#report
    if (computed)
      this.#report.add('computed-next', node, `Step ${step} calls this['next'], which the graph is not read from. Write this.next(this.a).`)
    else if (place !== 'body')
      this.#report.add(
        'nested-next',
        node,
        `Step ${step} calls this.next inside another function, so it is not known when and whether that runs. Call it in the body itself: use a for loop instead of a callback, or await what the function does.`,
      )
    for (const argument of node.arguments) if (thisMember(argument)?.name === undefined) this.#visit(argument, place)
  }

  #assignment(node: AssignmentExpression, place: Place): void {
    if (node.operator === '=') {
      this.#bind(node.left, node.right, place)
      return
    }
    const target = owns(place) ? thisMember(node.left) : undefined
    const guarded = node.operator === '??=' || node.operator === '||='
    if (target) this.#read(target.name, target.node, place, guarded)
    else this.#visit(node.left, place)
    this.#visit(node.right, place)
    if (target) this.#assign(node.left, place)
  }

  /** `target = value`. `const { a, b } = this` reads; `const self = this` hides what follows. */
  #bind(target: AnyNode, value: AnyNode | undefined, place: Place): void {
    if (!value || !owns(place) || unwrap(value).type !== 'ThisExpression') {
      if (value) this.#visit(value, place)
      this.#assign(target, place)
    } else if (target.type === 'ObjectPattern') this.#takeApart(target, place)
    else {
      this.#escape(value, place)
      this.#report.add(
        'aliased-this',
        value,
        `Step ${this.#report.step} keeps "this" under another name, so what it reads and where it goes cannot be seen before the run. Use "this" itself: inside arrow functions it stays the flow.`,
      )
    }
  }

  #takeApart(pattern: ObjectPattern, place: Place): void {
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        this.#escape(property, place)
        continue
      }
      if (property.computed) this.#visit(property.key, place)
      const name = staticName(property.key, property.computed)
      if (name === 'next') this.#nextAsValue(property)
      else this.#read(name, property, place, property.value.type === 'AssignmentPattern')
      this.#assign(property.value, place)
    }
  }

  /** What a pattern does to `this`: each `this.x` in it is assigned. */
  #assign(target: AnyNode, place: Place): void {
    const member = owns(place) ? thisMember(target) : undefined
    if (member) {
      if (member.node.computed) this.#visit(member.node.property, place)
      if (member.name === undefined) this.#escape(target, place)
      else this.uses.push({ kind: 'write', name: member.name, start: target.start })
    } else if (target.type === 'ObjectPattern')
      for (const property of target.properties) {
        if (property.type === 'Property' && property.computed) this.#visit(property.key, place)
        this.#assign(property.type === 'Property' ? property.value : property.argument, place)
      }
    else if (target.type === 'ArrayPattern') for (const element of target.elements) element && this.#assign(element, place)
    else if (target.type === 'RestElement') this.#assign(target.argument, place)
    else if (target.type !== 'Identifier') this.#visit(target, place)
  }

  #in(node: BinaryExpression, place: Place): void {
    if (!owns(place) || unwrap(node.right).type !== 'ThisExpression') this.#children(node, place)
    else if (node.left.type !== 'PrivateIdentifier') {
      this.#visit(node.left, place)
      this.#read(literalText(node.left), node, place, true)
    }
  }

  #class(node: Class, place: Place): void {
    if (node.superClass) this.#visit(node.superClass, place)
    for (const member of node.body.body) {
      if (member.type !== 'StaticBlock' && member.computed) this.#visit(member.key, place)
      if (member.type === 'StaticBlock') this.#children(member, 'method')
      else if (member.value) this.#visit(member.value, 'method')
    }
  }
}

const owns = (place: Place): boolean => place === 'body' || place === 'arrow'

function within(node: FunctionNode, place: Place): Place {
  if (place === 'method') return 'method'
  if (node.type !== 'ArrowFunctionExpression') return 'function'
  return place === 'body' ? 'arrow' : place
}
