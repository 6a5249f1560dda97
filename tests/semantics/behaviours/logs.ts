import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'

/** What tasks write, and where it is found again. */
export const logBehaviours: readonly Behaviour[] = [
  {
    name: 'what each task writes is kept with it, by stream and in order, and shown as it comes',
    combinations: 15,
    bodies: [
      {
        on: ['all'],
        required: true,
        text: `const task = \`\${current.stepName}/\${current.taskId}\`
console.log(\`\${task} goes 刺身 ☺️ 𝄞\`)
console.error(\`\${task} warns: naïve\`)
console.log('')
process.stdout.write('in ')
process.stdout.write('two parts\\n')
console.error('  indented\\ttabbed')
console.log(JSON.stringify({ index: this.index ?? null }))
process.stdout.write('no newline')`,
      },
    ],
    check: async (checker, { ended }) => {
      const tasks = await checker.tasks('1')
      const [stdout, stderr, both] = await Promise.all([
        checker.lines('1', { stream: 'stdout' }),
        checker.lines('1', { stream: 'stderr' }),
        checker.lines('1'),
      ])
      const shown = ended[0]?.stdout.split('\n') ?? []
      for (const { step, task } of tasks) {
        const name = `${step}/${task}`
        const out = stdout.get(name) ?? []
        const index = JSON.parse(out[3] ?? '')
        const all = [`${name} goes 刺身 ☺️ 𝄞`, '', 'in two parts', JSON.stringify(index), 'no newline']
        const errors = [`${name} warns: naïve`, '  indented\ttabbed']
        expect(out).toEqual(all)
        expect(stderr.get(name)).toEqual(errors)
        expect([...(both.get(name) ?? [])].sort()).toEqual([...all, ...errors].sort())
        const live = shown.flatMap((line) => /^\S+ \S+ \[1\/(\w+\/\d+) \(pid \d+\)\] (.*)$/.exec(line)?.slice(1) ?? [])
        expect(live.filter((_, at) => at % 2 === 1 && live[at - 1] === name).sort()).toEqual([...all, ...errors].sort())
      }
    },
  },
  {
    name: '32 tasks that write 5,000 lines to each stream lose none and keep their order',
    combinations: 1,
    shapes: ['small-foreach'],
    items: () => 'Array.from({ length: 32 }, (_, index) => index)',
    tasks: (way) => ({ ...way.tasks, inner: 32 }),
    bodies: [
      {
        on: ['takes-item'],
        required: true,
        text: `for (let line = 0; line < 5_000; line += 1) {
  console.log(\`out \${item} \${line} 刺身\`)
  console.error(\`err \${item} \${line} ☺️\`)
}`,
      },
    ],
    check: async (checker, { ended }) => {
      const inner = (await checker.tasks('1')).filter(({ step }) => step === 'inner')
      const [stdout, stderr] = [await checker.lines('1', { stream: 'stdout' }), await checker.lines('1', { stream: 'stderr' })]
      const items = new Set<string>()
      for (const { task } of inner) {
        const out = stdout.get(`inner/${task}`) ?? []
        const item = out[0]?.split(' ')[1] ?? ''
        items.add(item)
        expect(out).toEqual(Array.from({ length: 5_000 }, (_, line) => `out ${item} ${line} 刺身`))
        expect(stderr.get(`inner/${task}`)).toEqual(Array.from({ length: 5_000 }, (_, line) => `err ${item} ${line} ☺️`))
      }
      expect(items.size).toBe(32)
      expect(ended[0]?.stdout.match(/\] (out|err) \d+ \d+ /g)).toHaveLength(320_000)
    },
  },
]
