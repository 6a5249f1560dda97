// Measures @millrace/s3-fast beside other clients of S3, and prints the tables of its README. Needs a build, Linux, openssl, and 4 GiB in /dev/shm.
// `--only get-memory,list` takes a choice, `--over tls` or `--over http` one half, `--rounds 3`, `--objects 10000`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWorkspace } from '../workspace.ts'
import { writeBucketContents } from './bucket-contents.ts'
import { findContestants } from './contestants.ts'
import { startDevstackServer } from './devstack-server.ts'
import { formatResults, formatSummaryLine, formatTargets, resultHead, summaryHead } from './format-results.ts'
import { measureWork } from './measure-work.ts'
import { hasNginx, startNginx } from './nginx-server.ts'
import { workRows } from './works.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    over: { type: 'string', default: 'http,tls' },
    rounds: { type: 'string', default: '3' },
    objects: { type: 'string', default: '10000' },
  },
})
const chosen = workRows.filter(({ work }) => values.only === undefined || values.only.split(',').includes(work))
if (chosen.length === 0) throw new RangeError(`There is no work ${values.only}. There are ${workRows.map(({ work }) => work).join(', ')}.`)

using workspace = openWorkspace()

/** The side as JavaScript, where its imports are found. */
function compileSide(name: string): string {
  const path = join(workspace.folder, `${name}.mjs`)
  writeFileSync(path, stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'sides', `${name}.ts`), 'utf8')))
  return path
}

const folder = mkdtempSync('/dev/shm/millrace-bench-s3-')
process.once('SIGINT', () => {
  rmSync(folder, { recursive: true, force: true })
  workspace[Symbol.dispose]()
  process.exit(130)
})
try {
  const { present, absent } = findContestants({ ours: compileSide('ours'), sdk: compileSide('sdk') })
  mkdirSync(join(folder, 'root/bench'), { recursive: true })
  const contents = writeBucketContents(join(folder, 'root/bench'), { smallCount: Number(values.objects) })
  await using server = await (hasNginx() ? startNginx(folder, contents) : startDevstackServer(folder, contents))
  const memoryGiB = (totalmem() / 2 ** 30).toFixed(0)
  console.log(
    `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${memoryGiB} GiB of memory; server: ${server.name}.`,
  )
  console.log(
    `Medians (smallest to largest) of ${values.rounds} rounds after one that does not count; whole processes, start-up included, all clients in turn.`,
  )
  if (absent.length > 0) console.log(`Skipped, as not on PATH: ${absent.join(', ')}.`)
  const targetLines: string[] = []
  const summaryLines: string[] = []
  for (const over of values.over.split(',')) {
    console.log(`\nOver ${over === 'tls' ? 'TLS' : 'plain HTTP'}:\n\n${resultHead}`)
    for (const { work, title, unit, targets } of chosen) {
      const options = { contestants: present, server, contents, workspace, isSecure: over === 'tls', rounds: Number(values.rounds), folder }
      const results = await measureWork(work, options)
      const heading = title(contents.smallCount, server.listedCount)
      console.log(formatResults(heading, { results, unit }))
      summaryLines.push(formatSummaryLine(over === 'tls' ? `${heading}, over TLS` : heading, { results, unit }))
      // The targets are for plain HTTP; over TLS they are shown beside, as ratios to the SDK.
      const asked = over === 'tls' ? targets.filter(({ against }) => against === 'AWS SDK') : targets
      targetLines.push(...formatTargets(over === 'tls' ? `${heading}, over TLS` : heading, { results, targets: asked }))
    }
  }
  console.log(`\n${summaryHead}\n${summaryLines.join('\n')}`)
  console.log(`\n| work | target | measured | met |\n| --- | --- | --- | --- |\n${targetLines.join('\n')}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
