import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlowSpec, readDefinition, step } from '@millrace/core-graph'
import { afterAll, expect, test } from 'vitest'
import { classDocstring, fieldDocstring } from './docstring.ts'
import { FlowSource } from './flow-source.ts'
import { framesOf } from './stack-frames.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-source-'))
afterAll(() => rmSync(root, { recursive: true }))
const file = join(root, 'flow.ts')
const text = `import { FlowSpec } from 'millrace'

/** Not this one. */
interface Other { a: number }

/**
 * Adds numbers up.
 *
 *   - with a list
 */
@decorated({ deep: true })
export default class Sums extends FlowSpec {
  size: number = parameter(3)
  first = step((item: number) => this.next(this.end))
  /** The same again. */
  second = step((item: number) => this.next(this.end))
}
class Sum {}
`
writeFileSync(file, text)
class Placeholder extends FlowSpec {
  start = step(() => {})
}
const source = new FlowSource({ definition: readDefinition(Placeholder), moduleUrl: pathToFileURL(file).href, sourceFile: file })
// As Function.prototype.toString() gives it once Node has blanked out the type.
const body = '(item        ) => this.next(this.end)'

test("a place in a step's own text is found in the file, also where two steps have the same text", () => {
  expect(source.locate(body, body.indexOf('this.end'), 'first')).toEqual({ file, line: 14, column: 44 })
  expect(source.locate(body, body.indexOf('this.end'), 'second')).toEqual({ file, line: 16, column: 45 })
  expect(source.locate('nowhere', 0)).toBeUndefined()
})

test('a field is found by its name', () => {
  expect(source.locateField('size')).toEqual({ file, line: 13, column: 3 })
  expect(source.locateField('siz')).toBeUndefined()
  expect(source.locateField('second')).toEqual({ file, line: 16, column: 3 })
})

test('the docstring of the class is the one directly before it', () => {
  expect(classDocstring(file, 'Sums')).toBe('Adds numbers up.\n\n  - with a list')
  expect(classDocstring(file, 'Sum')).toBe('')
  expect(fieldDocstring(file, 'second')).toBe('The same again.')
  expect(fieldDocstring(file, 'first')).toBe('')
  expect(classDocstring(join(root, 'gone.ts'), 'Sums')).toBe('')
})

test('a stack gives the files it names, in order, without those of Node', () => {
  const stack = `Error: no
    at fit (file:///flows/a%20b/flow.ts:12:5)
    at async Promise.all (index 0)
    at /flows/plain.ts:3:4
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at new Thing (/flows/with (parens)/x.ts:1:2)`
  expect(framesOf(stack)).toEqual([
    { file: '/flows/a b/flow.ts', line: 12, column: 5 },
    { file: '/flows/plain.ts', line: 3, column: 4 },
    { file: '/flows/with (parens)/x.ts', line: 1, column: 2 },
  ])
})
