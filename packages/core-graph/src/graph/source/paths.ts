import type { AnyNode, BlockStatement, Expression, Statement, SwitchStatement, TryStatement } from 'acorn'
import type { StepReport } from '../problem-list.ts'
import { type CallCount, either, noCalls, oneMore, sameCount, unsure } from './call-count.ts'
import type { FunctionNode } from './parse.ts'
import { childrenOf, isFunction, thisMember, truth, unwrap } from './syntax.ts'
import { type NextCall, readTransition } from './transition.ts'
import { goOn, inTurn, jump, land, meet, nowhere, type Ways } from './ways.ts'

/** Which transitions a body can take. */
export interface Paths {
  /** Those that can be reached, in the order of the source. */
  readonly calls: readonly NextCall[]
  /** Whether every one of them could be read. */
  readonly readable: boolean
  /** Which of its paths end without any: none for sure, some plainly do, or all do. */
  readonly withoutNext: 'none' | 'some' | 'all'
}

/** Follows every path through a body, and reports those that surely call `this.next` twice. Functions inside it are not entered. */
export function readPaths(body: FunctionNode, report: StepReport): Paths {
  return new PathReader(report).read(body)
}

class PathReader {
  readonly #report: StepReport
  readonly #calls = new Map<number, NextCall | undefined>()
  /** For each open `try`, what may hold when something in it throws. */
  readonly #open: (CallCount | undefined)[] = []
  #met = 0

  constructor(report: StepReport) {
    this.#report = report
  }

  read(body: FunctionNode): Paths {
    let end: CallCount | undefined
    if (body.body.type === 'BlockStatement') {
      const { on, jumps } = this.#statement(body.body, noCalls)
      end = either(on, jumps.get('return'))
    } else end = this.#expression(body.body, noCalls)
    const calls = [...this.#calls].sort(([a], [b]) => a - b).map(([, call]) => call)
    const readable = calls.filter((call) => call !== undefined)
    return {
      calls: readable,
      readable: readable.length === calls.length,
      withoutNext: end?.zero !== 2 ? 'none' : calls.length === 0 ? 'all' : 'some',
    }
  }

  #statements(statements: readonly Statement[], from: CallCount | undefined): Ways {
    let ways = goOn(from)
    for (const statement of statements) ways = inTurn(ways, this.#statement(statement, ways.on))
    return ways
  }

  #statement(node: Statement, from: CallCount | undefined, label?: string): Ways {
    if (!from) return nowhere
    switch (node.type) {
      case 'BlockStatement':
        return this.#statements(node.body, from)
      case 'IfStatement': {
        const [yes, no] = this.#branches(node.test, from)
        return meet(this.#statement(node.consequent, yes), node.alternate ? this.#statement(node.alternate, no) : goOn(no))
      }
      case 'ReturnStatement':
        return jump('return', node.argument ? this.#expression(node.argument, from) : from)
      case 'ThrowStatement':
        this.#expression(node.argument, from)
        return nowhere
      case 'BreakStatement':
        return jump(node.label ? `break ${node.label.name}` : 'break', from)
      case 'ContinueStatement':
        return jump(node.label ? `continue ${node.label.name}` : 'continue', from)
      case 'LabeledStatement':
        return land(this.#statement(node.body, from, node.label.name), `break ${node.label.name}`)
      case 'SwitchStatement':
        return this.#switch(node, from)
      case 'TryStatement':
        return this.#try(node, from)
      case 'WhileStatement':
        return this.#loop(from, label, { test: node.test, body: node.body })
      case 'DoWhileStatement':
        return this.#loop(from, label, { test: node.test, body: node.body, bodyFirst: true })
      case 'ForStatement':
        return this.#loop(node.init ? this.#expression(node.init, from) : from, label, {
          test: node.test ?? 'always',
          body: node.body,
          update: node.update,
        })
      case 'ForOfStatement':
      case 'ForInStatement':
        return this.#loop(this.#expression(node.right, from), label, { test: 'perhaps', body: node.body })
      default:
        return goOn(this.#expression(node, from))
    }
  }

  /** The loop's body is followed until nothing changes; what only a further turn brings is not sure, nor is leaving a loop that calls `this.next`. */
  #loop(
    from: CallCount | undefined,
    label: string | undefined,
    loop: {
      readonly test: Expression | 'always' | 'perhaps'
      readonly body: Statement
      readonly update?: Expression | null | undefined
      readonly bodyFirst?: boolean
    },
  ): Ways {
    const metBefore = this.#met
    let head = from
    for (;;) {
      const [enter, leave] = loop.bodyFirst ? [head, undefined] : this.#loopTest(loop.test, head)
      let turn = land(this.#statement(loop.body, enter), 'continue')
      if (label !== undefined) turn = land(turn, `continue ${label}`)
      const again = turn.on && loop.update ? this.#expression(loop.update, turn.on) : turn.on
      const [back, done] = loop.bodyFirst ? this.#loopTest(loop.test, again) : [again, leave]
      const next = either(head, unsure(back))
      if (!sameCount(next, head)) {
        head = next
        continue
      }
      const out: Ways = { on: this.#met > metBefore ? unsure(done) : done, jumps: turn.jumps }
      return land(out, 'break')
    }
  }

  #loopTest(test: Expression | 'always' | 'perhaps', from: CallCount | undefined): [yes: CallCount | undefined, no: CallCount | undefined] {
    if (test === 'always') return [from, undefined]
    if (test === 'perhaps') return [from, from]
    return from ? this.#branches(test, from) : [undefined, undefined]
  }

  #branches(test: Expression, from: CallCount): [yes: CallCount | undefined, no: CallCount | undefined] {
    const after = this.#expression(test, from)
    const known = truth(test)
    return [known === false ? undefined : after, known === true ? undefined : after]
  }

  #switch(node: SwitchStatement, from: CallCount): Ways {
    const entry = this.#expression(node.discriminant, from)
    let ways = nowhere
    for (const { consequent } of node.cases) ways = inTurn(ways, this.#statements(consequent, either(entry, ways.on)))
    const exhaustive = node.cases.some(({ test }) => !test)
    return land(exhaustive ? ways : { on: either(ways.on, entry), jumps: ways.jumps }, 'break')
  }

  #try(node: TryStatement, from: CallCount): Ways {
    this.#open.push(from)
    const tried = this.#statement(node.block, from)
    const thrown = this.#open.pop()
    let ways = tried
    let uncaught = thrown
    if (node.handler) {
      this.#open.push(thrown)
      ways = meet(tried, this.#statement(node.handler.body, thrown))
      uncaught = this.#open.pop()
    }
    return node.finalizer ? this.#finally(node.finalizer, ways, uncaught) : ways
  }

  /** A finalizer is passed by every way out of its block, and its own jumps replace them. */
  #finally(finalizer: BlockStatement, ways: Ways, uncaught: CallCount | undefined): Ways {
    let result = this.#statement(finalizer, ways.on)
    for (const [key, count] of ways.jumps) {
      const last = this.#statement(finalizer, count)
      result = meet(result, { on: undefined, jumps: last.jumps })
      if (last.on) result = meet(result, jump(key, last.on))
    }
    return meet(result, { on: undefined, jumps: this.#statement(finalizer, uncaught).jumps })
  }

  /** The count after an expression, or after any other node without jumps of its own. */
  #expression(node: AnyNode, from: CallCount): CallCount | undefined {
    if (isFunction(node) || node.type === 'ClassExpression' || node.type === 'ClassDeclaration') return from
    if (node.type === 'ConditionalExpression') {
      const [yes, no] = this.#branches(node.test, from)
      return either(yes && this.#expression(node.consequent, yes), no && this.#expression(node.alternate, no))
    }
    if (node.type === 'LogicalExpression') {
      const left = this.#expression(node.left, from)
      const known = node.operator === '??' ? undefined : truth(node.left)
      const right = left && this.#expression(node.right, left)
      if (known === undefined) return either(left, right)
      return known === (node.operator === '&&') ? right : left
    }
    let after: CallCount | undefined = from
    for (const child of childrenOf(node)) after = after && this.#expression(child, after)
    if (!after || node.type !== 'CallExpression' || thisMember(node.callee)?.name !== 'next') return after
    if (unwrap(node.callee).type === 'MemberExpression' && isComputed(node.callee)) return after
    return this.#next(node.start, after, () => readTransition(node, this.#report))
  }

  #next(start: number, before: CallCount, read: () => NextCall | undefined): CallCount {
    this.#met += 1
    if (!this.#calls.has(start)) this.#calls.set(start, read())
    if (before.one === 2 || before.many === 2)
      this.#report.add(
        'next-twice',
        { start },
        `Step ${this.#report.step} calls this.next a second time on the same path, and only one may run. Put the calls into different branches (if ... else ...), or return after the first.`,
      )
    const after = oneMore(before)
    for (const [index, count] of this.#open.entries()) this.#open[index] = either(count, unsure(after))
    return after
  }
}

function isComputed(callee: AnyNode): boolean {
  const node = unwrap(callee)
  return node.type === 'MemberExpression' && node.computed
}
