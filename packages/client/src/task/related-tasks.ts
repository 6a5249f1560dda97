import type { TaskRecord } from '@millrace/core-graph'
import type { RunScope } from '../run/run-scope.ts'
import { readTaskStates, type TaskState } from './task-states.ts'

/** From here on the whole step is listed instead of each task of it. */
const manyOfAStep = 4

/** The tasks that a task started from, in the order of a join's inputs. One listing for each, or for each step of which there are many; a get for each record. */
export async function readParents({ context, flow, run }: RunScope, { parents }: TaskRecord): Promise<readonly TaskState[]> {
  const bySteps = Map.groupBy(parents, (place) => place.slice(0, place.indexOf('/')))
  const states = await Promise.all(
    [...bySteps].map(async ([step, places]) => {
      if (places.length > manyOfAStep) return readTaskStates(context, { flow, run, step })
      const tasks = places.map((place) => place.slice(place.indexOf('/') + 1))
      return (await Promise.all(tasks.map((task) => readTaskStates(context, { flow, run, step, task })))).flat()
    }),
  )
  const found = new Map(states.flat().map((state) => [`${state.step}/${state.task}`, state]))
  return parents.flatMap((place) => found.get(place) ?? [])
}

/** The tasks that started from a task, by number, as far as they have ended once. One listing for each step that it went to, and a get for each of its records. */
export async function readChildren({ context, flow, run }: RunScope, record: TaskRecord): Promise<readonly TaskState[]> {
  const parent = `${record.step}/${record.task}`
  const steps = [...new Set(record.transition?.targets)]
  const states = await Promise.all(steps.map((step) => readTaskStates(context, { flow, run, step })))
  return states
    .flat()
    .filter(({ records }) => records.at(-1)?.parents.includes(parent))
    .sort((left, right) => Number(left.task) - Number(right.task))
}
