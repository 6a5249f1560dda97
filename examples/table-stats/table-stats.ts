import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'
import { openTable, writeTable } from 'millrace/tables'

interface DayStats {
  readonly day: string
  readonly readings: number
  readonly mean: number
  readonly hottest: number
}

const schema = { day: 'date', sensor: 'string', celsius: 'float64' } as const
const dayMs = 86_400_000

/** Writes a table of temperatures with a partition for each day, then measures each day in a task of its own, which reads that day alone. */
export default class TableStats extends FlowSpec {
  location = parameter('readings', { help: 'Where the table is written: a folder or an s3:// URL' })
  days = parameter(5, { help: 'How many days there are' })
  readings = parameter(10_000, { help: 'How many readings each day has' })
  stats!: DayStats
  table!: readonly DayStats[]

  start = step(async () => {
    const rows = this.days * this.readings
    const dayOf = (row: number): number => Math.floor(row / this.readings)
    await writeTable(
      this.location,
      {
        day: Array.from({ length: rows }, (_, row) => new Date(Date.UTC(2026, 10, 1) + dayOf(row) * dayMs)),
        sensor: Array.from({ length: rows }, (_, row) => `sensor ${row % 20}`),
        celsius: Float64Array.from({ length: rows }, (_, row) => dayOf(row) + ((row * 7919) % 1000) / 100),
      },
      { partitionBy: ['day'], schema: { day: 'date' }, mode: 'overwrite' },
    )
    const written = await openTable(this.location, { schema })
    const days = written.partitions().flatMap(({ values }) => values.day?.toISOString().slice(0, 10) ?? [])
    await written.close()
    this.next(this.measure, { foreach: days })
  })

  measure = step(async (day: string) => {
    const readings = await openTable(this.location, { schema })
    let count = 0
    let sum = 0
    let hottest = Number.NEGATIVE_INFINITY
    for await (const { columns } of readings.scan({ columns: ['celsius'], where: { day } })) {
      for (const celsius of columns.celsius.values) {
        count += 1
        sum += celsius
        hottest = Math.max(hottest, celsius)
      }
    }
    await readings.close()
    this.stats = { day, readings: count, mean: sum / count, hottest }
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.table = inputs.map((input) => input.stats)
    this.next(this.end)
  })

  end = step(() => {
    for (const { day, readings, mean, hottest } of this.table)
      console.log(`${day}: ${readings} readings, ${mean.toFixed(3)} °C on average, ${hottest.toFixed(2)} °C at most`)
  })
}

await main(TableStats, import.meta)
