import { type Node, parse } from 'acorn'
import { analyze } from 'eslint-scope'

/** esbuild's `keepNames` wraps named functions in this; the thread defines it. */
const provided = new Set(['__name'])

/**
 * Makes sure that a callback can run from its source alone, and returns that source.
 *
 * @throws TypeError that names what the callback takes from outside its own body, and the way out.
 */
export function checkCallback(callback: (...values: never[]) => unknown): string {
  const source = callback.toString()
  const program = parseFunction(source)
  const outside = new Set<string>()
  const scopes = analyze(program as unknown as Parameters<typeof analyze>[0], { ecmaVersion: 2024, sourceType: 'module' })
  for (const { identifier } of scopes.globalScope?.through ?? []) {
    const name = String(identifier.name)
    if (!(name in globalThis) && !provided.has(name)) outside.add(name)
  }
  if (usesOuterThis(program)) outside.add('this')
  if (outside.size === 0) return source
  const names = [...outside]
  const first = names[0] === 'this' ? 'value: this.value' : names[0]
  throw new TypeError(
    `parallelMap cannot run a callback that uses ${names.join(', ')} from outside its own body: it runs on another thread, from its source text alone. ` +
      `Pass values in context, as in parallelMap(items, (item, { ${first === 'value: this.value' ? 'value' : first} }) => ..., { context: { ${first} } }), and bring modules in with await import(...) inside the callback.`,
  )
}

function parseFunction(source: string): Node {
  try {
    return parse(`(${source})`, { ecmaVersion: 'latest', sourceType: 'module', ranges: true })
  } catch (cause) {
    throw new TypeError(
      `parallelMap needs a callback whose source can be read: an arrow function or a function expression, not a method, a bound function or a built-in. Wrap it: (item) => call(item). It was ${JSON.stringify(source.slice(0, 80))}.`,
      { cause },
    )
  }
}

/** Whether an arrow function takes `this` or `super` from around it. */
function usesOuterThis(node: Node): boolean {
  if (node.type === 'ThisExpression') return true
  if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration' || node.type === 'ClassBody') return false
  return Object.values(node).some((value) =>
    Array.isArray(value) ? value.some((each) => isNode(each) && usesOuterThis(each)) : isNode(value) && usesOuterThis(value),
  )
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
