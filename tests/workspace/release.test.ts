import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { rootFolder } from 'millrace-scripts/pack-packages'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const execute = promisify(execFile)

describe('a release', () => {
  let copy: string

  beforeEach(async () => {
    copy = await mkdtemp(join(tmpdir(), 'millrace-release-'))
    await mkdir(join(copy, 'scripts'))
    for (const name of ['name-repository.ts', 'pack-packages.ts']) await cp(join(rootFolder, 'scripts', name), join(copy, 'scripts', name))
    for (const folder of await readdir(join(rootFolder, 'packages'))) {
      await mkdir(join(copy, 'packages', folder), { recursive: true })
      await cp(join(rootFolder, 'packages', folder, 'package.json'), join(copy, 'packages', folder, 'package.json'))
    }
  })
  afterEach(() => rm(copy, { recursive: true, force: true }))

  const nameRepository = (repository: string): Promise<unknown> =>
    execute(process.execPath, [join(copy, 'scripts/name-repository.ts')], { env: { ...process.env, GITHUB_REPOSITORY: repository } })

  test('writes the repository that publishes it into each package, and changes nothing else', async () => {
    await nameRepository('someone/fork')
    for (const folder of await readdir(join(copy, 'packages'))) {
      const before: object = JSON.parse(await readFile(join(rootFolder, 'packages', folder, 'package.json'), 'utf8'))
      expect(JSON.parse(await readFile(join(copy, 'packages', folder, 'package.json'), 'utf8'))).toEqual({
        ...before,
        homepage: `https://github.com/someone/fork/tree/main/packages/${folder}#readme`,
        bugs: 'https://github.com/someone/fork/issues',
        repository: { type: 'git', url: 'git+https://github.com/someone/fork.git', directory: `packages/${folder}` },
      })
    }
  })

  test('is refused where it is not known which repository publishes it', async () => {
    await expect(nameRepository('')).rejects.toThrow('Packages are published by the release workflow')
  })
})
