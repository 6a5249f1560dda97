import { describe, expect, test } from 'vitest'
import { ProblemList } from '../problem-list.ts'
import { parseFunction } from './parse.ts'
import { type Paths, readPaths } from './paths.ts'

function read(body: string): Paths & { outline: string; rules: readonly string[] } {
  const source = `async (n) => {${body}}`
  const problems = new ProblemList()
  const parsed = parseFunction(source)
  if ('reason' in parsed) throw new SyntaxError(parsed.reason)
  const paths = readPaths(parsed, problems.forStep('sample', source))
  const outline = paths.calls.map(({ targets, foreach }) => targets.map(({ name }) => name).join('+') + (foreach ? '*' : '')).join(' ')
  return { ...paths, outline, rules: problems.inOrder(['sample']).map(({ rule }) => rule) }
}

const a = 'this.next(this.a)'
const b = 'this.next(this.b)'

describe('a body in which every path calls this.next once', () => {
  test.each([
    ['a call', a, 'a'],
    ['a returned call', `return ${a}`, 'a'],
    ['a void call', `return void ${a}`, 'a'],
    ['an awaited call', `await ${a}`, 'a'],
    ['several targets', 'this.next(this.a, this.b)', 'a+b'],
    ['a foreach', 'this.next(this.a, { foreach: [1, 2] })', 'a*'],
    ['a foreach in shorthand', 'const foreach = [1]; this.next(this.a, { foreach })', 'a*'],
    ['targets named by text', "this.next(this['a'], this?.b)", 'a+b'],
    ['if and else', `if (n) ${a}; else ${b}`, 'a b'],
    ['an early return', `if (n) { ${a}; return } ${b}`, 'a b'],
    ['if, else if and a throw', `if (n) ${a}; else if (n > 1) { ${b} } else throw new Error('no')`, 'a b'],
    ['a ternary', `n ? ${a} : ${b}`, 'a b'],
    ['a ternary in a sequence', `console.log(1), n ? (console.log(2), ${a}) : ${b}`, 'a b'],
    ['a nested ternary', `n ? ${a} : n > 1 ? ${b} : this.next(this.c)`, 'a b c'],
    ['a switch with default', `switch (n) { case 1: ${a}; break; default: ${b} }`, 'a b'],
    ['a switch with default in the middle', `switch (n) { case 1: ${a}; break; default: ${b}; break; case 3: ${a} }`, 'a b a'],
    ['a switch that falls through', `switch (n) { case 1: console.log(1); case 2: ${a}; break; default: throw new Error() }`, 'a'],
    ['a switch of returns', `switch (n) { case 1: return ${a}; case 2: return ${b} } ${a}`, 'a b a'],
    ['a loop before the call', `for (const x of n) console.log(x); ${a}`, 'a'],
    ['a return from inside a loop', `for (const x of n) { if (x) { ${a}; return } } ${b}`, 'a b'],
    ['an endless loop with break', `while (true) { if (n) { ${a}; break } await n }`, 'a'],
    ['an endless for with a return', `for (;;) { if (n) return ${a}; n-- }`, 'a'],
    ['a loop that never ends', 'while (1) await n', ''],
    ['do while', `do { n-- } while (n); ${a}`, 'a'],
    ['do while around the call', `do { ${a} } while (false)`, 'a'],
    ['a labelled break', `outer: for (;;) { for (;;) { if (n) { ${a}; break outer } } }`, 'a'],
    ['a labelled continue', `outer: for (const x of n) { for (;;) { if (x) continue outer; break } } ${a}`, 'a'],
    ['a labelled block', `done: { if (n) { ${a}; break done } ${b} }`, 'a b'],
    ['try and catch', `try { await n; ${a} } catch { ${b} }`, 'a b'],
    ['try and a rethrow', `try { await n; ${a} } catch (error) { throw error }`, 'a'],
    ['try and finally', `try { await n } finally { console.log(n) } ${a}`, 'a'],
    ['a call in finally', `try { await n } finally { ${a} }`, 'a'],
    ['a return through finally', `try { return } finally { ${a} }`, 'a'],
    ['a break through finally', `for (;;) { try { break } finally { ${a} } }`, 'a'],
    ['a throw instead', "if (n) throw new Error('no'); this.next(this.a)", 'a'],
    ['a dead branch', `if (false) ${b}; ${a}`, 'a'],
    ['what stands after a return', `${a}; return; ${b}`, 'a'],
    ['a constant condition', `if (!0) ${a}; else ${b}`, 'a'],
  ])('%s', (_, body, outline) => {
    expect(read(body)).toMatchObject({ outline, rules: [], readable: true, withoutNext: 'none' })
  })

  test('an arrow function with an expression as its body', () => {
    const source = '() => this.next(this.a)'
    const parsed = parseFunction(source)
    if ('reason' in parsed) throw new SyntaxError(parsed.reason)
    expect(readPaths(parsed, new ProblemList().forStep('sample', source))).toMatchObject({ withoutNext: 'none', readable: true })
  })
})

describe('a body with a path that ends without this.next', () => {
  test.each([
    ['nothing at all', '', 'all'],
    ['an if without else', `if (n) ${a}`, 'some'],
    ['&&', `n && ${a}`, 'some'],
    ['||', `n || ${a}`, 'some'],
    ['??', `n ?? ${a}`, 'some'],
    ['an early return', `if (n) return; ${a}`, 'some'],
    ['a switch without default', `switch (n) { case 1: ${a}; break; case 2: ${b} }`, 'some'],
    ['a catch that goes on', `try { await n; ${a} } catch (error) { console.error(error) }`, 'some'],
    ['a return in finally, which swallows the error', `try { await n; ${a} } finally { return }`, 'some'],
    ['an endless loop left by a second break', `while (true) { if (n) { ${a}; break } if (n > 2) break }`, 'some'],
    ['a call that is never reached', `return; ${a}`, 'all'],
    ['a call in a function that is not run here', `n.forEach(() => { ${a} })`, 'all'],
  ])('%s', (_, body, withoutNext) => {
    expect(read(body).withoutNext).toBe(withoutNext)
  })
})

describe('a body that surely calls this.next twice on a path', () => {
  test.each([
    ['in sequence', `${a}; ${b}`],
    ['after an if that does not return', `if (n) ${a}; ${b}`],
    ['by falling through', `switch (n) { case 1: ${a}; default: ${b} }`],
    ['in finally', `try { ${a} } finally { ${b} }`],
    ['after a try that has called it', `${a}; try { await n } catch { ${b} }`],
    ['in one expression', `${a}, ${b}`],
  ])('%s', (_, body) => {
    expect(read(body).rules).toEqual(['next-twice'])
  })
})

test('what only the run can tell, in loops and after failures, is no problem', () => {
  for (const body of [
    `for (const x of n) { if (x) { ${a}; break } }`,
    `for (const x of n) ${a}`,
    `for (const x of n) if (x) ${a}; ${b}`,
    `while (n) { ${a} } `,
    `try { ${a}; await n } catch { ${b} }`,
    `let gone = false; for (const x of n) { if (x) { ${a}; gone = true } } if (!gone) ${b}`,
  ])
    expect(read(body)).toMatchObject({ rules: [], withoutNext: 'none' })
})

describe('a this.next whose target the source does not show', () => {
  test.each([
    ['conditional-target', 'this.next(n ? this.a : this.b)'],
    ['conditional-target', 'this.next(n && this.a)'],
    ['computed-target', 'this.next(this[n])'],
    ['computed-target', "this.next(this['step' + n])"],
    ['spread-target', 'this.next(...n)'],
    ['variable-target', 'this.next(n)'],
    ['private-target', 'this.next(this.#a)'],
    ['invalid-target', "this.next('a')"],
    ['invalid-target', 'this.next(this.a.b)'],
    ['invalid-target', 'this.next(pick())'],
    ['no-target', 'this.next()'],
    ['variable-target', 'this.next(this.a, n)'],
    ['next-options', 'this.next(this.a, { forEach: n })'],
    ['next-options', 'this.next(this.a, { ...n })'],
    ['next-options', 'this.next(this.a, { [n]: 1 })'],
    ['next-options', 'this.next(this.a, {})'],
    ['foreach-targets', 'this.next(this.a, this.b, { foreach: n })'],
  ])('is %s: %s', (rule, body) => {
    expect(read(body)).toMatchObject({ rules: [rule], readable: false, outline: '', withoutNext: 'none' })
  })
})

test('deeply nested control flow is followed in linear time', () => {
  let body = a
  for (let depth = 0; depth < 200; depth++) body = `if (n) { ${body} } else { ${b} }`
  for (let depth = 0; depth < 12; depth++) body = `try { for (const x of n) { console.log(x) } ${body} } catch (error) { throw error }`
  const began = performance.now()
  expect(read(body).withoutNext).toBe('none')
  expect(performance.now() - began).toBeLessThan(1_000)
})
