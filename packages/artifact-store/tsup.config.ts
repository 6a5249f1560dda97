import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig } from 'tsup'

/**
 * Their code goes into ours. Every worker loads it, and one file is faster than six; and msgpackr itself would bring an optional native addon
 * with an install script, which package managers ask about, for code that is never used.
 */
const bundled = { msgpackr: import.meta.filename, 'p-limit': import.meta.filename, 'yocto-queue': 'p-limit' }

/** The folder of a bundled package, as the package that imports it finds it. */
function folderOf(name: keyof typeof bundled): string {
  const importer = bundled[name]
  const from = importer in bundled ? join(folderOf(importer as keyof typeof bundled), 'package.json') : importer
  const entry = createRequire(from).resolve(name)
  return entry.slice(0, entry.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}`.length)
}

function licenceOf(name: keyof typeof bundled): string {
  const folder = folderOf(name)
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.|$)/i.test(each))
  if (!file) throw new Error(`${name} has no licence file in ${folder}`)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

export default defineConfig({
  entry: { index: 'src/index.ts', s3: 'src/s3/index.ts' },
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
  splitting: true,
  noExternal: Object.keys(bundled).map((name) => new RegExp(`^${name}(/|$)`)),
  onSuccess: async () => {
    const licences = (Object.keys(bundled) as (keyof typeof bundled)[]).map(licenceOf)
    writeFileSync(join(dirname(import.meta.filename), 'dist/THIRD-PARTY.txt'), licences.join('\n---\n\n'))
  },
})
