// Writes into each package where its source is. npm compares that with the provenance, so it is taken from what GitHub Actions says, in the checkout that publishes.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootFolder } from './pack-packages.ts'

const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: repository } = process.env
if (!repository) throw new Error('GITHUB_REPOSITORY is not set. Packages are published by the release workflow, which sets it.')

for (const folder of await readdir(join(rootFolder, 'packages'))) {
  const path = join(rootFolder, 'packages', folder, 'package.json')
  const manifest: object = JSON.parse(await readFile(path, 'utf8'))
  const named = {
    ...manifest,
    homepage: `${server}/${repository}/tree/main/packages/${folder}#readme`,
    bugs: `${server}/${repository}/issues`,
    repository: { type: 'git', url: `git+${server}/${repository}.git`, directory: `packages/${folder}` },
  }
  await writeFile(path, `${JSON.stringify(named, undefined, 2)}\n`)
}
