// Reads a file with hyparquet and hyparquet-compressors, column by column, the fastest way that they have: `node hyparquet.ts <work> <file>`.
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { measureReading } from './measure-reading.ts'

const [, , work = '', path = ''] = process.argv

await measureReading(async () => {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const rows = Number(metadata.num_rows)
  const numbers = {
    id: new BigInt64Array(rows),
    quantity: new Int32Array(rows),
    price: new Float64Array(rows),
    amount: new Float64Array(rows),
  } as const
  const texts: (string | null)[] = work === 'all' ? new Array(rows) : []
  const columns = [...Object.keys(numbers), ...(work === 'all' ? ['country'] : [])]
  await parquetRead({
    file,
    metadata,
    columns,
    compressors,
    onChunk: ({ columnName, columnData, rowStart }) => {
      if (columnName === 'country') {
        for (let index = 0; index < columnData.length; index += 1) texts[rowStart + index] = columnData[index]
      } else {
        const into = numbers[columnName as keyof typeof numbers] as { set(from: unknown, at: number): void }
        into.set(columnData, rowStart)
      }
    },
  })
  return { numbers: Object.values(numbers), texts }
})
