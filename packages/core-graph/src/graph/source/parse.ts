import {
  type ArrowFunctionExpression,
  type Class,
  type FunctionDeclaration,
  type FunctionExpression,
  type Options,
  parseExpressionAt,
} from 'acorn'

/** A function in a parsed source. */
export type FunctionNode = ArrowFunctionExpression | FunctionDeclaration | FunctionExpression

const options: Options = { ecmaVersion: 'latest', sourceType: 'module', checkPrivateFields: false, allowSuperOutsideMethod: true }

/**
 * Parses what `Function.prototype.toString()` gave for an arrow function or a function expression.
 * Offsets in the result count in `source`. Returns the reason where it is something else.
 */
export function parseFunction(source: string): FunctionNode | { readonly reason: string } {
  if (/\{\s*\[native code\]\s*\}$/.test(source)) return { reason: 'its source is not there, as for a function made by bind()' }
  try {
    const node = parseExpressionAt(source, 0, options)
    if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression')
      return { reason: 'it is neither an arrow function nor a function expression' }
    return node.generator ? { reason: 'it is a generator' } : node
  } catch (error) {
    return {
      reason: error instanceof SyntaxError ? `its source does not parse (${error.message})` : 'it is a method, not a function of its own',
    }
  }
}

/** Parses what `Class.toString()` gave. `undefined` where it is not JavaScript that the parser knows. */
export function parseClass(source: string): Class | undefined {
  try {
    const node = parseExpressionAt(source, 0, options)
    return node.type === 'ClassExpression' ? node : undefined
  } catch {
    return undefined
  }
}
