import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Makes an image that has the Node of this process, a shell and nothing else, so that no registry is needed. */
export async function makeNodeImage(engine: string, name: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'millrace-image-'))
  try {
    const place = (file: string, from = file): void => {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      copyFileSync(from, join(root, file))
    }
    const programs = [process.execPath, '/bin/sh']
    for (const [, library = ''] of programs.flatMap((program) => [
      ...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g),
    ]))
      place(library)
    place('/usr/local/bin/node', process.execPath)
    place('/bin/sh')
    mkdirSync(join(root, 'tmp'), { mode: 0o1777 })
    const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const load = spawn(engine, ['import', '--change', 'ENV PATH=/usr/local/bin:/bin', '-', name], {
      stdio: [tar.stdout, 'ignore', 'inherit'],
    })
    const [code] = await once(load, 'close')
    if (code !== 0) throw new Error(`${engine} could not import the image.`)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
