// Reads a table with @millrace/tables: `node millrace.ts <work> <location> <threads>`. Prints what it took.
import { openTable } from '@millrace/tables'
import { measureReading } from './measure-reading.ts'

const [, , work = '', location = '', threads = '1'] = process.argv
const schema = { id: 'int64', quantity: 'int32', price: 'float64', amount: 'float64', country: 'string' } as const

await measureReading(async () => {
  await using table = await openTable(location, { schema, threads: Number(threads) })
  switch (work) {
    case 'numbers': {
      const { columns } = await table.scan({ columns: ['id', 'quantity', 'price', 'amount'] }).toColumns()
      return { numbers: [columns.id.values, columns.quantity.values, columns.price.values, columns.amount.values], texts: [] }
    }
    case 'all': {
      const { columns } = await table.scan().toColumns()
      const numbers = [columns.id.values, columns.quantity.values, columns.price.values, columns.amount.values]
      return { numbers, texts: columns.country.toArray() }
    }
    case 'one-column': {
      const { columns } = await table.scan({ columns: ['amount'] }).toColumns()
      return { numbers: [columns.amount.values], texts: [] }
    }
    default: {
      const partitions = await openTable(location)
      const { columns } = await partitions.scan({ where: { day: 42 } }).toColumns()
      return { numbers: columns.amount?.kind === 'numbers' ? [columns.amount.values] : [], texts: [] }
    }
  }
})
