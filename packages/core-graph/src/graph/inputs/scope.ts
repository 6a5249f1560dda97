import type { AnyNode, Pattern } from 'acorn'
import { childrenOf, isFunction } from '../source/syntax.ts'
import type { InputValue } from './input-value.ts'

/** A variable, with all that it is ever given. */
export interface Variable {
  value: InputValue | undefined
}

/** The variables of a block or a function, and around it. */
export class Scope {
  readonly #parent: Scope | undefined
  readonly #variables = new Map<string, Variable>()

  constructor(parent?: Scope) {
    this.#parent = parent
  }

  declare(name: string): void {
    if (!this.#variables.has(name)) this.#variables.set(name, { value: undefined })
  }

  find(name: string): Variable | undefined {
    return this.#variables.get(name) ?? this.#parent?.find(name)
  }

  /** Declares what `node`'s own statements declare: `let`, `const`, classes, functions. */
  declareIn(node: AnyNode): void {
    for (const child of childrenOf(node)) {
      if (child.type === 'VariableDeclaration') for (const { id } of child.declarations) this.declarePattern(id)
      else if ((child.type === 'FunctionDeclaration' || child.type === 'ClassDeclaration') && child.id) this.declare(child.id.name)
      else if (child.type === 'SwitchCase') this.declareIn(child)
    }
  }

  /** Declares every `var` inside `node`, which belongs to the function around it. */
  declareVars(node: AnyNode): void {
    for (const child of childrenOf(node)) {
      if (isFunction(child)) continue
      if (child.type === 'VariableDeclaration' && child.kind === 'var') for (const { id } of child.declarations) this.declarePattern(id)
      this.declareVars(child)
    }
  }

  declarePattern(pattern: Pattern): void {
    if (pattern.type === 'Identifier') this.declare(pattern.name)
    else if (pattern.type === 'AssignmentPattern') this.declarePattern(pattern.left)
    else if (pattern.type === 'RestElement') this.declarePattern(pattern.argument)
    else if (pattern.type === 'ArrayPattern') for (const element of pattern.elements) element && this.declarePattern(element)
    else if (pattern.type === 'ObjectPattern')
      for (const property of pattern.properties) this.declarePattern(property.type === 'Property' ? property.value : property.argument)
  }
}
