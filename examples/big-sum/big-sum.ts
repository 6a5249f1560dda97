import { availableParallelism } from 'node:os'
import { FlowSpec, main, parallelMap, parameter, step } from 'millrace'

/** Rows that one call makes and sums: large enough that handing out work costs nothing. */
const rowsPerBlock = 64

/** Makes a matrix of random numbers and adds up all of them, on every core. */
export default class BigSum extends FlowSpec {
  size = parameter.integer({ default: 8_000, help: 'Rows and columns of the matrix' })
  sum!: number
  elapsedMs!: number

  start = step({ resources: { memory: 60_000, cpu: 8 } }, async () => {
    const startedAt = performance.now()
    const { size } = this
    // The matrix stays a local variable: whatever is assigned to `this` is saved, and nobody needs these gigabytes again.
    const matrix = new Float64Array(new SharedArrayBuffer(size * size * Float64Array.BYTES_PER_ELEMENT))
    const blocks = Array.from({ length: Math.ceil(size / rowsPerBlock) }, (_, block) => ({
      firstRow: block * rowsPerBlock,
      rows: Math.min(rowsPerBlock, size - block * rowsPerBlock),
    }))
    const sums = await parallelMap(
      blocks,
      ({ firstRow, rows }, { matrix, size }) => {
        const block = matrix.subarray(firstRow * size, (firstRow + rows) * size)
        for (let index = 0; index < block.length; index += 1) block[index] = Math.random()
        return block.reduce((sum, value) => sum + value, 0)
      },
      { context: { matrix, size }, workers: availableParallelism() },
    )
    this.sum = sums.reduce((total, sum) => total + sum, 0)
    this.elapsedMs = Math.round(performance.now() - startedAt)
    this.next(this.end)
  })

  end = step(() => {
    console.log(`The sum is ${this.sum}.`)
    console.log(`Computing it took ${this.elapsedMs}ms.`)
  })
}

await main(BigSum, import.meta)
