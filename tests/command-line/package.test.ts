import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, FlowFolder, twoSteps } from './flow-folder.ts'

describe('package', () => {
  let folder: FlowFolder
  let ended: Ended

  beforeAll(async () => {
    folder = new FlowFolder({
      'flow.ts': `import { pi } from './numbers.ts'\nexport const area = 2 * pi\n${twoSteps()}`,
      'numbers.ts': 'export const pi = 3.14159265\n',
      'models/small.bin': 'the weights',
      'models/.env': 'KEY=the-key-of-somebody',
      'models/server.pem': 'the-key-of-somebody',
      'notes.txt': 'of no use there',
      'millrace.config.json': '{ "package": { "include": ["models"] } }',
    })
    ended = await folder.node(['flow.ts', 'package', 'list'])
  })
  afterAll(() => folder[Symbol.dispose]())

  it('list shows each file that would be sent: the flow in one piece, what is named, and never what may hold secrets', () => {
    const { code, stdout, stderr } = ended
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^\d+ files; packed: worker [\d.]+ kB, flow [\d.]+ kB, included \d+ bytes\.\n$/),
    ])
    const rows = stdout.trimEnd().split('\n')
    expect(rows[0]).toMatch(/^archive +size +file$/)
    const namesOf = (archive: string): string[] =>
      rows.filter((row) => row.startsWith(`${archive} `)).map((row) => row.split(/\s+/).at(-1) ?? '')
    expect(namesOf('flow')).toEqual(['flow.js', 'flow.js.map'])
    expect(namesOf('included')).toEqual(['models/small.bin'])
    expect(namesOf('worker')).toEqual(expect.arrayContaining(['container.js', 'package.json', 'worker.js']))
    expect(namesOf('worker').filter((name) => !/^(?:part-\w+|[a-z-]+)\.js$|^package\.json$/.test(name))).toEqual([])
  })

  it('save writes the archives that containers get, and nothing of this machine is in them that was not named', async () => {
    const { code, stdout } = await folder.node(['flow.ts', 'package', 'save', 'sent'])
    expect([code, stdout]).toEqual([0, ''])
    const [worker, flow, included] = ['worker', 'flow', 'included'].map((name) =>
      gunzipSync(readFileSync(join(folder.path, 'sent', `${name}.tgz`))).toString('latin1'),
    )
    expect(flow).toContain('3.14159265')
    expect(included).toContain('the weights')
    for (const archive of [worker, flow, included]) expect(archive).not.toMatch(/the-key-of-somebody|of no use there/)
  })

  it('says what is wrong with an entry that finds nothing, leads out of the folder or names a secret', async () => {
    folder.write({ 'millrace.config.json': '{ "package": { "include": ["nowhere/*", "../", "models/.env"] } }' })
    const { code, stdout, stderr } = await folder.node(['flow.ts', 'package', 'list'])
    expect([code, stdout]).toEqual([2, ''])
    for (const words of ['"nowhere/*" finds nothing', '"../" leads out of', '"models/.env" may hold secrets'])
      expect(stderr).toContain(words)
  })
})
