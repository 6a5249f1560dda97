import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'

/** How runs are marked and found. */
export const tagBehaviours: readonly Behaviour[] = [
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
