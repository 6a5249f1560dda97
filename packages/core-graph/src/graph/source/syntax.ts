import type { AnyNode, Expression, MemberExpression } from 'acorn'
import type { FunctionNode } from './parse.ts'

/** The child nodes that are evaluated, in the order of the source: no plain property names, no labels. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = []
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (isName(node, key)) continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) children.push(child)
  }
  return children.sort((a, b) => a.start - b.start)
}

function isName(node: AnyNode, key: string): boolean {
  if (key === 'label' || (key === 'id' && isFunction(node))) return true
  if (key === 'property' && node.type === 'MemberExpression') return !node.computed
  if (key === 'key' && (node.type === 'Property' || node.type === 'MethodDefinition' || node.type === 'PropertyDefinition'))
    return !node.computed
  return node.type === 'MetaProperty'
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** Whether `node` is a function of any form. */
export const isFunction = (node: AnyNode): node is FunctionNode =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration'

/** Whether `node` is a loop. */
export const isLoop = (node: AnyNode): boolean =>
  node.type === 'ForStatement' ||
  node.type === 'ForOfStatement' ||
  node.type === 'ForInStatement' ||
  node.type === 'WhileStatement' ||
  node.type === 'DoWhileStatement'

/** `node` without the wrappers that `?.` and parentheses put around it. */
export function unwrap(node: AnyNode): AnyNode {
  return node.type === 'ChainExpression' || node.type === 'ParenthesizedExpression' ? unwrap(node.expression) : node
}

/** The text of a string that the source spells out. */
export function literalText(node: AnyNode): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined
  return undefined
}

/** The name that a member expression or a pattern's key spells out: `x` of `a.x` and `a['x']`, `#x` of `a.#x`. */
export function staticName(key: AnyNode, computed: boolean): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (!computed && key.type === 'Identifier') return key.name
  return literalText(key)
}

/** `this.x` in any spelling; `name` is missing where it is computed. */
export function thisMember(node: AnyNode): { readonly node: MemberExpression; readonly name: string | undefined } | undefined {
  const inner = unwrap(node)
  if (inner.type !== 'MemberExpression' || unwrap(inner.object).type !== 'ThisExpression') return undefined
  return { node: inner, name: staticName(inner.property, inner.computed) }
}

/** Whether a condition always holds, never holds, or is not known from the source. */
export function truth(node: Expression): boolean | undefined {
  if (node.type === 'Literal') return node.regex ? true : node.bigint === undefined ? Boolean(node.value) : undefined
  if (node.type !== 'UnaryExpression') return undefined
  if (node.operator === 'void') return node.argument.type === 'Literal' ? false : undefined
  const inner = node.operator === '!' ? truth(node.argument) : undefined
  return inner === undefined ? undefined : !inner
}
