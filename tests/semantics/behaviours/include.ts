import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'

const text = 'Ein Fluß\nund ein 刺身\n'
const bytes = Uint8Array.from({ length: 3_000 }, (_, index) => (index * 7) % 256)

/** Files that a run starts with. */
export const includeBehaviours: readonly Behaviour[] = [
  {
    name: 'an included file has its content in every step: text, bytes, one that is absent; and none can be changed',
    combinations: 15,
    files: { 'note.txt': text, 'data.bin': bytes, 'other.txt': 'another one' },
    fields: `note = includeFile({ default: './note.txt' })
data = includeFile({ default: './data.bin', encoding: null })
chosen = includeFile()
absent = includeFile()`,
    bodies: [
      {
        on: ['all'],
        required: true,
        text: `assert.equal(this.note, ${JSON.stringify(text)})
assert.deepEqual(new Uint8Array(this.data), Uint8Array.from({ length: 3_000 }, (_, index) => (index * 7) % 256))
assert.equal(this.chosen, 'another one')
assert.equal(this.absent, undefined)
for (const name of ['note', 'data', 'absent']) assert.throws(() => Reflect.set(this, name, 'x') || assert.fail(), TypeError)`,
      },
    ],
    commands: ({ args }) => [{ args: ['run', '--chosen', 'other.txt', ...args] }],
    check: async (checker) => {
      const parameters = await checker.parameters('1')
      expect(parameters).toMatchObject({ note: text, chosen: 'another one', data: [...bytes] })
      expect(parameters).not.toHaveProperty('absent')
    },
  },
]
