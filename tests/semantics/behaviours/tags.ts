import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'

/** How runs are marked and found. */
export const tagBehaviours: readonly Behaviour[] = [
  {
    name: 'tags of a run are added and removed, several at once, and system tags are neither',
    combinations: 3,
    shapes: ['single-linear-step', 'single-and-branch', 'simple-foreach'],
    bodies: [],
    commands: ({ args }) => [{ args: ['run', '--tag', 'first', ...args] }],
    check: async (checker) => {
      const [before] = await checker.runs()
      expect(before?.tags).toEqual(['first'])
      const tags = ['ensō', 'two words', '😀', '-starts-with-a-dash'.slice(1)]
      expect(await checker.editTags('1', { add: tags })).toEqual(['first', ...tags])
      // One that is there changes nothing.
      expect(await checker.editTags('1', { add: ['first', '😀'] })).toEqual(['first', ...tags])
      expect(await checker.editTags('1', { remove: ['two words', '😀'] })).toEqual(['first', tags[0], tags[3]])
      for (const edit of [
        { remove: ['first', 'never there'] },
        { remove: ['runtime:node'] },
        { add: ['user:tester'] },
        { add: ['date:2020-01-01'] },
        { add: ['new', ''] },
        { add: ['x'.repeat(501)] },
        { add: Array.from({ length: 50 }, (_, index) => `tag ${index}`) },
      ])
        await expect(checker.editTags('1', edit), JSON.stringify(edit)).rejects.toThrow()
      expect(await checker.editTags('1', { remove: [tags[0] ?? '', tags[3] ?? ''] })).toEqual(['first'])
    },
  },
  {
    name: 'a run has the namespace of its user, or the one that it is given, and the tasks know it',
    combinations: 3,
    shapes: ['single-linear-step', 'nested-branches', 'small-foreach'],
    fields: 'space!: string | undefined\nuser!: string | undefined',
    bodies: [{ on: ['all'], text: 'this.space = current.namespace\nthis.user = current.username' }],
    commands: ({ args }) => [
      { args: ['run', ...args] },
      { args: ['run', '--namespace', 'team blå', ...args] },
      { args: ['run', ...args], env: { MILLRACE_NAMESPACE: 'from outside', MILLRACE_USER: 'ann' } },
    ],
    check: async (checker) => {
      const expected = [
        ['1', 'user:tester', 'tester'],
        ['2', 'team blå', 'tester'],
        ['3', 'from outside', 'ann'],
      ] as const
      expect((await checker.runs()).map(({ run, namespace, user }) => [run, namespace, user])).toEqual(expected.toReversed())
      for (const [run, space, user] of expected) {
        for (const { artifacts } of await checker.tasks(run)) expect(artifacts).toEqual({ space, user })
      }
    },
  },
]
