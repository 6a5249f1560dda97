// Makes 1 GiB of float64, and with the argument `map` lets two workers of parallelMap read all of it; prints the peak resident memory in bytes.
import { parallelMap } from 'millrace'

const matrix = new Float64Array(new SharedArrayBuffer(2 ** 30)).fill(1)
if (process.argv[2] === 'map') {
  const quarters = [0, 1, 2, 3]
  const sums = await parallelMap(
    quarters,
    (quarter: number, context: { readonly matrix: Float64Array }) => {
      const length = context.matrix.length / 4
      let sum = 0
      for (let index = quarter * length; index < (quarter + 1) * length; index += 1) sum += context.matrix[index] ?? 0
      return sum
    },
    { context: { matrix }, workers: 2 },
  )
  if (sums.reduce((left, right) => left + right) !== matrix.length) throw new Error('The workers did not see the matrix')
}
console.log(process.resourceUsage().maxRSS * 1_024)
