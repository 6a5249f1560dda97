import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { describeMachine } from '../machine.ts'
import { chooseByName, readOptions } from '../read-options.ts'
import { openWorkspace } from '../workspace.ts'
import { writeBucketContents } from './bucket-contents.ts'
import { findContestants } from './contestants.ts'
import { startDevstackServer } from './devstack-server.ts'
import { formatResults, formatSummaryLine, formatTargets, resultHead, summaryHead } from './format-results.ts'
import { measureWork } from './measure-work.ts'
import { hasNginx, startNginx } from './nginx-server.ts'
import { workRows } from './works.ts'

const byWork = Object.fromEntries(workRows.map((row) => [row.work, row]))
const options = readOptions(
  'Measures @millrace/s3-fast beside other clients of S3 that are on PATH, and prints the tables of its README.\n' +
    'Takes 8 to 15 minutes, on Linux, after a build, with openssl and 4 GiB in /dev/shm; on nginx where it is installed.',
  {
    only: { default: Object.keys(byWork).join(','), help: 'Which work' },
    over: { default: 'http,tls', help: 'Plain HTTP, TLS, or both' },
    rounds: { default: '3', help: 'How often each client does each work, after once that does not count' },
    objects: { default: '10000', help: 'How many small objects' },
  },
)
const chosen = chooseByName(options.only, byWork)
const rounds = Number(options.rounds)

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
  const contents = writeBucketContents(join(folder, 'root/bench'), { smallCount: Number(options.objects) })
  await using server = await (hasNginx() ? startNginx(folder, contents) : startDevstackServer(folder, contents))
  console.log(`${describeMachine()}; server: ${server.name}.`)
  console.log(
    `Medians (smallest to largest) of ${rounds} rounds after one that does not count; whole processes, start-up included, all clients in turn.`,
  )
  if (absent.length > 0) console.log(`Skipped, as not on PATH: ${absent.join(', ')}.`)
  const targetLines: string[] = []
  const summaryLines: string[] = []
  for (const over of options.over.split(',')) {
    console.log(`\nOver ${over === 'tls' ? 'TLS' : 'plain HTTP'}:\n\n${resultHead}`)
    for (const { work, title, unit, targets } of chosen) {
      const setting = { contestants: present, server, contents, workspace, isSecure: over === 'tls', rounds, folder }
      const results = await measureWork(work, setting)
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
