// Spins through a fixed amount of arithmetic by parallelMap, with as many workers as the first argument says; prints what it took, start-up included.
import { performance } from 'node:perf_hooks'
import { parallelMap } from 'millrace'

const items = Array.from({ length: 16 }, (_, index) => index)
const startedMs = performance.now()
const sums = await parallelMap(
  items,
  (item: number) => {
    let state = item + 1
    for (let turn = 0; turn < 160_000_000; turn += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state
  },
  { workers: Number(process.argv[2]) },
)
if (new Set(sums).size !== items.length) throw new Error('Two items gave the same sum')
console.log(performance.now() - startedMs)
