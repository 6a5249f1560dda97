import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

interface Row {
  readonly genre: string
  readonly count: number
  readonly median: number
  readonly mean: number
}

const flow = fileURLToPath(new URL('genre-stats.ts', import.meta.url))
const own = fileURLToPath(new URL('movies.csv', import.meta.url))
const movies = fileURLToPath(new URL('../../../shared/data/movies.csv', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'millrace-genre-stats-'))
afterAll(() => rmSync(root, { recursive: true }))

const run = (...args: string[]): string =>
  execFileSync(process.execPath, [flow, '--datastore-root', root, '--quiet', ...args], { encoding: 'utf8', stdio: 'pipe' })

/** Runs the flow and takes its table from the datastore and from what it printed. */
function tableOf(...args: string[]): { readonly table: Row[]; readonly printed: string[][] } {
  const stdout = run('run', '--run-id-file', join(root, 'id'), ...args)
  const number = readFileSync(join(root, 'id'), 'utf8').trim()
  const { artifacts } = JSON.parse(run('dump', number, '--json', '--include', 'table')) as { artifacts: { table: Row[] } }
  const printed = stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^.*\)\] /, '').split(/\s+/))
  return { table: artifacts.table, printed }
}

/** The same by other means: a reader of characters, and a median by counting. */
function expected(path: string): Row[] {
  const grossesOf: Record<string, number[]> = {}
  const [, ...lines] = readFileSync(path, 'utf8').split(/\r?\n/)
  for (const line of lines) {
    if (line === '') continue
    const cells = ['']
    let quoted = false
    for (const character of line) {
      if (character === '"') quoted = !quoted
      else if (character === ',' && !quoted) cells.push('')
      else cells[cells.length - 1] += character
    }
    for (const genre of cells[2]?.split('|') ?? []) grossesOf[genre] = [...(grossesOf[genre] ?? []), Number(cells[3])]
  }
  return Object.keys(grossesOf)
    .sort()
    .map((genre) => {
      const grosses = grossesOf[genre] ?? []
      let sum = 0
      for (const gross of grosses) sum += gross
      return {
        genre,
        count: grosses.length,
        median: (nth(grosses, (grosses.length - 1) >> 1) + nth(grosses, grosses.length >> 1)) / 2,
        mean: sum / grosses.length,
      }
    })
}

/** The value that has `rank` values before it when sorted, without sorting. */
function nth(values: readonly number[], rank: number): number {
  for (const value of values) {
    const smaller = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    if (smaller <= rank && rank < smaller + equal) return value
  }
  return Number.NaN
}

test('the table of the small file is right, quoted commas and doubled quotes included', () => {
  const { table, printed } = tableOf()
  expect(table).toEqual([
    { genre: 'Adventure', count: 2, median: 210_000, mean: 210_000 },
    { genre: 'Comedy', count: 2, median: 50_000, mean: 50_000 },
    { genre: 'Documentary', count: 1, median: 0, mean: 0 },
    { genre: 'Drama', count: 3, median: 80_000, mean: 80_000 },
  ])
  expect(table).toEqual(expected(own))
  expect(printed).toEqual([
    ['Adventure', '2', '$210,000', '$210,000'],
    ['Comedy', '2', '$50,000', '$50,000'],
    ['Documentary', '1', '$0', '$0'],
    ['Drama', '3', '$80,000', '$80,000'],
  ])
})

test.skipIf(!existsSync(movies))('the table of movies.csv agrees with an independent computation', () => {
  const { table, printed } = tableOf('--csv', movies)
  expect(table).toHaveLength(22)
  expect(table).toEqual(expected(movies))
  expect(printed.map(([genre, count]) => [genre, Number(count)])).toEqual(table.map(({ genre, count }) => [genre, count]))
})

test('a gross that is no number is told with its movie', () => {
  writeFileSync(join(root, 'bad.csv'), 'movie_title,genres,gross\n"A, B",Drama,many\n')
  expect(() => run('run', '--csv', join(root, 'bad.csv'))).toThrow(/The movie "A, B" has "many" for its gross, which is not a number/)
})
