import { parse } from 'csv-parse/sync'
import { FlowSpec, type Inputs, includeFile, join, main, step } from 'millrace'

interface Movie {
  readonly title: string
  readonly genres: readonly string[]
  readonly gross: number
}

interface GenreStats {
  readonly genre: string
  readonly count: number
  readonly median: number
  readonly mean: number
}

/** Tells how many movies each genre has and what they earned. A movie counts in every one of its genres. */
export default class GenreStatsFlow extends FlowSpec {
  csv = includeFile({ default: './movies.csv', help: 'A CSV file with the columns movie_title, genres (separated by |) and gross' })
  movies!: readonly Movie[]
  stats!: GenreStats
  table!: readonly GenreStats[]

  start = step(() => {
    const rows = parse<Record<string, string>>(this.csv, { columns: true, skip_empty_lines: true })
    this.movies = rows.map(({ movie_title: title = '', genres = '', gross }) => {
      if (gross === undefined || gross.trim() === '' || !Number.isFinite(Number(gross)))
        throw new Error(`The movie ${JSON.stringify(title)} has ${JSON.stringify(gross)} for its gross, which is not a number.`)
      return { title, genres: genres.split('|').filter((genre) => genre !== ''), gross: Number(gross) }
    })
    const genres = [...new Set(this.movies.flatMap((movie) => movie.genres))].sort()
    this.next(this.measure, { foreach: genres })
  })

  measure = step((genre: string) => {
    const grosses = this.movies.filter((movie) => movie.genres.includes(genre)).map((movie) => movie.gross)
    const mean = grosses.reduce((sum, gross) => sum + gross, 0) / grosses.length
    this.stats = { genre, count: grosses.length, median: median(grosses), mean }
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.table = inputs.map((input) => input.stats)
    this.next(this.end)
  })

  end = step(() => {
    const width = Math.max(...this.table.map(({ genre }) => genre.length), 'genre'.length)
    console.log(['genre'.padEnd(width), 'count'.padStart(6), 'median gross'.padStart(14), 'mean gross'.padStart(14)].join(' '))
    for (const { genre, count, median, mean } of this.table)
      console.log([genre.padEnd(width), String(count).padStart(6), money(median).padStart(14), money(mean).padStart(14)].join(' '))
  })
}

/** The middle value, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

const money = (value: number): string => `$${Math.round(value).toLocaleString('en-US')}`

await main(GenreStatsFlow, import.meta)
