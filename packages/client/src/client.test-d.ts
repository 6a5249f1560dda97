import type { JsonValue } from '@millrace/artifact-store'
import type { Artifact, Client, Flow, Run, Step, Task } from './index.ts'
import { Squares } from './squares.fixture.ts'

type Equal<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false
const holds = <T extends true>(_: T): void => {}

/** Compiled, never run. */
export async function typed(client: Client): Promise<void> {
  const run = await client.flow(Squares).latestSuccessfulRun()
  if (!run) return
  const data = await run.data()
  holds<Equal<typeof data.total, number>>(true)
  holds<Equal<typeof data.numbers, number[]>>(true)
  holds<Equal<typeof data.size, number>>(true)
  holds<Equal<keyof typeof data, 'size' | 'numbers' | 'square' | 'total'>>(true)
  // @ts-expect-error a step is no artifact
  data.compute
  // @ts-expect-error a method is no artifact
  data.double
  // @ts-expect-error there is no such artifact
  await run.data({ include: ['nope'] })
  const some = await run.data({ include: ['total'] })
  holds<Equal<keyof typeof some, 'total'>>(true)
  const { size } = await run.parameters
  holds<Equal<typeof size, number | undefined>>(true)

  const task = await run.step('compute').task()
  const square: number = await task.artifact('square').value()
  const json: JsonValue = await task.artifact('square').json()
  void [square, json]
  // @ts-expect-error there is no such artifact
  task.artifact('sqare')
  for await (const parent of task.parents()) holds<Equal<Awaited<ReturnType<typeof parent.data>>['total'], number>>(true)
  for await (const update of run.watch()) if (update.kind !== 'run') holds<Equal<typeof update.task, typeof task>>(true)

  holds<Equal<Awaited<ReturnType<typeof client.get<'Squares'>>>, Flow>>(true)
  const [a, b, c, d] = await Promise.all([
    client.get('Squares/3'),
    client.get('Squares/3/compute'),
    client.get('Squares/3/compute/7'),
    client.get('Squares/3/compute/7/square'),
  ])
  const all: [Run, Step, Task, Artifact] = [a, b, c, d]
  void all
  const text: string = 'Squares/3'
  const any = await client.get(text)
  holds<Equal<typeof any, Flow | Run | Step | Task | Artifact>>(true)
  const untyped = await client.flow('Squares').latestRun()
  const value: unknown = (await untyped?.data())?.whatever
  void value
}
