import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runSql, temporaryFolder } from './duckdb.fixture.ts'
import { sourceFlags } from './source-flags.fixture.ts'

test('the README’s example prints what the README says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme.split('\n').length).toBeLessThanOrEqual(80)
  const [, code = '', output = ''] = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(readme) ?? []
  const folder = join(temporaryFolder(), 'events')
  const rows =
    "('2026-01-01', 'FI', 1.0), ('2026-01-02', 'FI', 3.0), ('2026-01-02', 'FI', 4.0), ('2026-01-02', 'NO', 2.0), ('2026-01-03', 'SE', 5.0)"
  await runSql(
    `copy (select * from (values ${rows}) t(ds, country, amount)) to '${folder}' (format parquet, partition_by (ds, country))`.replaceAll(
      /(\d\.\d)/g,
      '$1::double',
    ),
  )
  const run = spawnSync(
    process.execPath,
    [...sourceFlags, '--input-type=module-typescript', '--eval', code.replace("'warehouse/events'", JSON.stringify(folder))],
    { cwd: new URL('..', import.meta.url), encoding: 'utf8' },
  )
  expect(run.stderr + run.stdout).toBe(output)
})
