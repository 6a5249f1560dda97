import type { AnyNode, CallExpression, MemberExpression, NewExpression } from 'acorn'
import type { FunctionNode } from '../source/parse.ts'
import { childrenOf, isFunction, isLoop, staticName, thisMember, unwrap } from '../source/syntax.ts'
import type { Named } from '../source/transition.ts'
import type { InputRead, InputUses } from './input-uses.ts'
import { allInputs, deepest, type InputValue, itemOf, listOf, mix, nothing, sameValue } from './input-value.ts'
import { listMethods } from './list-methods.ts'
import { Scope } from './scope.ts'

/** Evaluates a join's body over {@link InputValue}s, again and again until no variable and no function's result changes. */
export class InputReader {
  readonly #body: FunctionNode
  readonly #methodNamed: (name: string) => FunctionNode | undefined
  readonly #scopes = new Map<AnyNode, Scope>()
  readonly #results = new Map<FunctionNode, InputValue>()
  readonly #visiting: FunctionNode[] = []
  readonly #names = new Set<string>()
  #reads = new Map<number, InputRead>()
  #branches = new Map<number, Named>()
  /** How many of the flow's methods are being walked: places in them are not places in the body. */
  #methods = 0
  #dynamic = false
  #changed = false

  constructor(body: FunctionNode, methodNamed: (name: string) => FunctionNode | undefined) {
    this.#body = body
    this.#methodNamed = methodNamed
  }

  read(): InputUses {
    do {
      this.#changed = false
      this.#reads = new Map()
      this.#branches = new Map()
      this.#enter(this.#body, new Scope())
      this.#apply(this.#body, [allInputs])
    } while (this.#changed)
    return { names: this.#names, dynamic: this.#dynamic, reads: [...this.#reads.values()], branches: [...this.#branches.values()] }
  }

  /** What an expression holds; for a statement nothing. */
  #value(node: AnyNode, scope: Scope): InputValue {
    if (isFunction(node)) {
      this.#enter(node, scope)
      return { level: 0, certain: true, callee: node }
    }
    if (isLoop(node) || node.type === 'BlockStatement' || node.type === 'SwitchStatement') return this.#block(node, scope)
    switch (node.type) {
      case 'Identifier':
        return scope.find(node.name)?.value ?? nothing
      case 'ChainExpression':
      case 'ParenthesizedExpression':
        return this.#value(node.expression, scope)
      case 'AwaitExpression':
        return this.#value(node.argument, scope)
      case 'SequenceExpression':
        return node.expressions.map((expression) => this.#value(expression, scope)).at(-1) ?? nothing
      case 'ConditionalExpression':
        this.#value(node.test, scope)
        return mix(this.#value(node.consequent, scope), this.#value(node.alternate, scope))
      case 'LogicalExpression':
        return mix(this.#value(node.left, scope), this.#value(node.right, scope))
      case 'MemberExpression':
        return this.#member(node, scope)
      case 'CallExpression':
      case 'NewExpression':
        return this.#call(node, scope)
      case 'AssignmentExpression': {
        const value = this.#value(node.right, scope)
        if (node.operator !== '=') this.#value(node.left, scope)
        this.#bind(node.left, value, scope)
        return value
      }
      case 'ArrayExpression': {
        const items = node.elements.map((element) => {
          if (!element) return nothing
          return element.type === 'SpreadElement' ? itemOf(this.#value(element.argument, scope)) : this.#value(element, scope)
        })
        return listOf(items.reduce<InputValue | undefined>(mix, undefined) ?? nothing)
      }
      case 'VariableDeclarator':
        if (node.init) this.#bind(node.id, this.#value(node.init, scope), scope)
        return nothing
      case 'ReturnStatement':
        this.#return(node.argument ? this.#value(node.argument, scope) : nothing)
        return nothing
      case 'Property':
      case 'SpreadElement':
      case 'YieldExpression':
        for (const child of childrenOf(node)) this.#escape(this.#value(child, scope))
        return nothing
      case 'TaggedTemplateExpression':
        this.#value(node.tag, scope)
        for (const expression of node.quasi.expressions) this.#escape(this.#value(expression, scope))
        return nothing
      case 'CatchClause': {
        const inner = this.#scopeOf(node, scope)
        if (node.param) inner.declarePattern(node.param)
        return this.#value(node.body, inner)
      }
      default:
        for (const child of childrenOf(node)) this.#value(child, scope)
        return nothing
    }
  }

  #block(node: AnyNode, outer: Scope): InputValue {
    const scope = this.#scopeOf(node, outer)
    scope.declareIn(node)
    const children = childrenOf(node)
    for (const child of children)
      if (child.type === 'FunctionDeclaration' && child.id) this.#give(child.id.name, this.#value(child, scope), scope)
    if (node.type === 'ForOfStatement') {
      const item = itemOf(this.#value(node.right, scope))
      this.#bind(node.left.type === 'VariableDeclaration' ? (node.left.declarations[0]?.id ?? node.left) : node.left, item, scope)
      this.#value(node.body, scope)
    } else for (const child of children) if (child.type !== 'FunctionDeclaration') this.#value(child, scope)
    return nothing
  }

  /** Walks a function's body, with its parameters as the calls seen so far have set them. */
  #enter(node: FunctionNode, outer: Scope): void {
    if (this.#visiting.includes(node)) return
    const scope = this.#scopeOf(node, outer)
    for (const parameter of node.params) scope.declarePattern(parameter)
    scope.declareVars(node.body)
    this.#visiting.push(node)
    for (const parameter of node.params) if (parameter.type === 'AssignmentPattern') this.#bind(parameter, nothing, scope)
    const result = this.#value(node.body, scope)
    if (node.body.type !== 'BlockStatement') this.#return(result)
    this.#visiting.pop()
  }

  #return(value: InputValue): void {
    const node = this.#visiting.at(-1)
    if (!node) return
    const result = mix(this.#results.get(node), value)
    if (sameValue(result, this.#results.get(node))) return
    this.#results.set(node, result)
    this.#changed = true
  }

  #apply(callee: FunctionNode, given: readonly InputValue[]): InputValue {
    const scope = this.#scopes.get(callee)
    if (!scope) return nothing
    for (const [index, parameter] of callee.params.entries()) {
      if (parameter.type === 'RestElement')
        this.#bind(parameter.argument, listOf(given.slice(index).reduce<InputValue | undefined>(mix, undefined) ?? nothing), scope)
      else this.#bind(parameter, given[index] ?? nothing, scope)
    }
    return this.#results.get(callee) ?? nothing
  }

  #call(node: CallExpression | NewExpression, scope: Scope): InputValue {
    const callee = unwrap(node.callee)
    const own = thisMember(callee)?.name
    const method = callee.type === 'MemberExpression' && !own ? staticName(callee.property, callee.computed) : undefined
    const object = callee.type === 'MemberExpression' && method !== undefined ? unwrap(callee.object) : undefined
    if (object?.type === 'Identifier' && object.name === 'Array' && method === 'from' && !scope.find('Array'))
      return this.#listCall('map', node, 1, scope)
    const list = object && method !== undefined && listMethods.has(method) ? this.#value(object, scope) : nothing
    if (method !== undefined && list.level > 1) return this.#listCall(method, node, 0, scope, list)
    const target = own === undefined ? this.#value(callee, scope).callee : this.#method(own)
    const given = node.arguments.map((argument) =>
      argument.type === 'SpreadElement' ? itemOf(this.#value(argument.argument, scope)) : this.#value(argument, scope),
    )
    const spread = node.arguments.some((argument) => argument.type === 'SpreadElement')
    if (own === 'mergeArtifacts') return nothing
    if (target && !spread) return this.#apply(target, given)
    for (const value of given) this.#escape(value)
    return nothing
  }

  #method(name: string): FunctionNode | undefined {
    const node = this.#methodNamed(name)
    this.#methods += 1
    if (node) this.#enter(node, new Scope())
    this.#methods -= 1
    return node
  }

  /** A method of an array of inputs, whose callback is argument number `position`. */
  #listCall(method: string, node: CallExpression | NewExpression, position: number, scope: Scope, given?: InputValue): InputValue {
    const values = node.arguments.map((argument) => this.#value(argument, scope))
    const list = given ?? values[0] ?? nothing
    const callback = values[position]
    if (given) for (const value of values.slice(1)) if (method !== 'reduce' && method !== 'reduceRight') this.#escape(value)
    if (!given && !callback) return { ...list, root: false }
    const index = node.arguments[0]
    if (method === 'at' && list.root && index?.type === 'Literal' && typeof index.value === 'number') return itemOf(list, index.value)
    return (
      listMethods.get(method)?.(
        list,
        (parameters) => {
          if (callback?.callee) return this.#apply(callback.callee, parameters)
          if (callback) for (const parameter of parameters) this.#escape(parameter)
          return nothing
        },
        values[1],
      ) ?? nothing
    )
  }

  #member(node: MemberExpression, scope: Scope): InputValue {
    const name = staticName(node.property, node.computed)
    if (node.computed) this.#value(node.property, scope)
    if (unwrap(node.object).type === 'ThisExpression' || node.object.type === 'Super') return nothing
    const object = this.#value(node.object, scope)
    if (name?.startsWith('#')) return nothing
    if (name !== undefined) this.#names.add(name)
    if (object.level === 0) return nothing
    const index =
      node.computed && node.property.type === 'Literal' && typeof node.property.value === 'number' ? node.property.value : undefined
    return this.#property(object, name, index, node)
  }

  /** What `object[index]`, or `object.name`, holds. */
  #property(object: InputValue, name: string | undefined, index: number | undefined, node: AnyNode): InputValue {
    if (object.level === 1) {
      if (name === undefined) this.#dynamic = true
      else if (object.certain && this.#methods === 0) this.#reads.set(node.start, { name, start: node.start, branch: object.branch })
      return nothing
    }
    if (name === undefined) return itemOf(object, object.root ? index : undefined)
    if (name in Array.prototype) {
      if (name !== 'length') this.#dynamic = true
      return nothing
    }
    if (object.root && this.#methods === 0) this.#branches.set(node.start, { name, start: node.start })
    return object.root ? itemOf(object, name) : { level: 1, certain: false }
  }

  #bind(target: AnyNode, value: InputValue, scope: Scope): void {
    if (target.type === 'Identifier') this.#give(target.name, value, scope)
    else if (target.type === 'AssignmentPattern') {
      this.#bind(target.left, this.#value(target.right, scope), scope)
      this.#bind(target.left, value, scope)
    } else if (target.type === 'ArrayPattern') {
      for (const [index, element] of target.elements.entries()) {
        if (element?.type === 'RestElement') this.#bind(element.argument, { level: value.level, certain: value.certain }, scope)
        else if (element) this.#bind(element, itemOf(value, value.root ? index : undefined), scope)
      }
    } else if (target.type === 'ObjectPattern') {
      for (const property of target.properties) {
        if (property.type === 'RestElement') {
          this.#escape(value)
          continue
        }
        if (property.computed) this.#value(property.key, scope)
        const name = staticName(property.key, property.computed)
        if (name !== undefined) this.#names.add(name)
        this.#bind(property.value, value.level === 0 ? nothing : this.#property(value, name, undefined, property), scope)
      }
    } else {
      this.#value(target, scope)
      this.#escape(value)
    }
  }

  #give(name: string, value: InputValue, scope: Scope): void {
    const variable = scope.find(name)
    if (!variable) {
      this.#escape(value)
      return
    }
    const mixed = mix(variable.value, value)
    if (sameValue(mixed, variable.value)) return
    variable.value = mixed
    this.#changed = true
  }

  #escape(value: InputValue): void {
    const result = value.callee && this.#results.get(value.callee)
    if (value.level > 0 || (result && result.level > 0) || value.level >= deepest) this.#dynamic = true
  }

  #scopeOf(node: AnyNode, outer: Scope): Scope {
    const known = this.#scopes.get(node)
    if (known) return known
    const scope = new Scope(outer)
    this.#scopes.set(node, scope)
    return scope
  }
}
