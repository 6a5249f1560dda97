import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'

/** What `current` tells, and what a run is known by. */
export const currentBehaviours: readonly Behaviour[] = [
  {
    name: 'current tells each task where it runs',
    combinations: 15,
    header: "import { existsSync, writeFileSync } from 'node:fs'\nimport { join as joinPath } from 'node:path'",
    fields: "foo = parameter('bar')\nbaz = parameter(1)\nseen!: Record<string, unknown>\nmarked!: string",
    bodies: [
      {
        on: ['all'],
        text: `const folder = String(current.tempdir)
assert.ok(existsSync(folder))
assert.equal(current.tempdir, folder)
writeFileSync(joinPath(folder, 'scratch'), 'x')
this.marked = folder
this.seen = {
  isRunning: current.isRunning,
  flowName: current.flowName,
  runId: current.runId,
  stepName: current.stepName,
  taskId: current.taskId,
  attempt: current.attempt,
  pathspec: current.pathspec,
  originRunId: current.originRunId ?? 'none',
  tags: current.tags,
  namespace: current.namespace,
  username: current.username,
  parameterNames: [...(current.parameterNames ?? [])].sort(),
}`,
      },
    ],
    commands: ({ args }) => [{ args: ['run', '--tag', 'ensō', '--tag', 'a b', ...args] }],
    check: async (checker, { flow, shape }) => {
      const [run] = await checker.runs()
      const systemTags = [
        'user:tester',
        'runtime:node',
        expect.stringMatching(/^millrace:\d/),
        expect.stringMatching(/^date:\d{4}-\d\d-\d\d$/),
      ]
      expect(run).toMatchObject({ run: '1', status: 'succeeded', user: 'tester', namespace: 'user:tester', tags: ['ensō', 'a b'] })
      expect([...(run?.systemTags ?? [])].sort()).toEqual(expect.arrayContaining(systemTags))
      const tasks = await checker.tasks('1')
      for (const { step, task, pathspec, artifacts } of tasks) {
        expect(pathspec).toBe(`${flow}/1/${step}/${task}`)
        expect(artifacts.seen).toEqual({
          isRunning: true,
          flowName: flow,
          runId: '1',
          stepName: step,
          taskId: task,
          attempt: 0,
          pathspec,
          originRunId: 'none',
          tags: ['ensō', 'a b', ...(run?.systemTags ?? [])],
          namespace: 'user:tester',
          username: 'tester',
          parameterNames: ['baz', 'foo', ...(shape.parameters ?? [])].sort(),
        })
      }
      expect(new Set(tasks.map(({ artifacts }) => artifacts.marked)).size).toBe(tasks.length)
    },
  },
]
