// Writes docs/reference from the public docstrings: a page for each entry of each package. With `--check` it only says whether the pages are as they would be written.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Application, type ProjectReflection, ReflectionKind } from 'typedoc'
import { rootFolder } from './pack-packages.ts'

const folder = join(rootFolder, 'docs/reference')

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | { readonly source: string }>>
}

/** By the source file of an entry, what one imports. Entries for this project's own tests are left out. */
async function findEntries(): Promise<ReadonlyMap<string, string>> {
  const entries = new Map<string, string>()
  for (const name of await readdir(join(rootFolder, 'packages'))) {
    const manifest: Manifest = JSON.parse(await readFile(join(rootFolder, 'packages', name, 'package.json'), 'utf8'))
    for (const [path, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string' || path === './testing') continue
      entries.set(join(rootFolder, 'packages', name, target.source), manifest.name + path.slice(1))
    }
  }
  return entries
}

/** Modules are named after their files at first, and in the order of these names. */
function nameModules(project: ProjectReflection, entries: ReadonlyMap<string, string>): void {
  const names = new Map(
    [...entries].map(([source, name]) => [relative(join(rootFolder, 'packages'), source).replace(/(\/index)?\.ts$/, ''), name]),
  )
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) module.name = names.get(module.name) ?? module.name
  for (const { children } of [project, ...(project.groups ?? [])]) children?.sort((one, other) => (one.name < other.name ? -1 : 1))
}

async function write(output: string): Promise<void> {
  const entries = await findEntries()
  const app = await Application.bootstrapWithPlugins({
    name: 'Reference',
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: [...entries.keys()],
    tsconfig: join(rootFolder, 'scripts/reference.tsconfig.json'),
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    sort: ['alphabetical'],
    treatWarningsAsErrors: false,
    logLevel: 'Error',
    // Options of the plugin.
    ...({
      outputFileStrategy: 'modules',
      entryFileName: 'README.md',
      hideBreadcrumbs: true,
      hidePageHeader: true,
      useCodeBlocks: true,
      // Else links to a name of which there are several lead nowhere.
      useHTMLAnchors: true,
      expandObjects: false,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      classPropertiesFormat: 'table',
      typeDeclarationFormat: 'table',
      propertyMembersFormat: 'table',
      tableColumnSettings: { hideSources: true, hideInherited: true, hideOverrides: true },
    } as object),
  })
  const project = await app.convert()
  if (!project) throw new Error('The reference could not be read from the sources.')
  nameModules(project, entries)
  await app.outputs.writeOutput({ name: 'markdown', path: output }, project)
}

/** The pages of a folder, by path. */
async function readPages(from: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(from, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.md'))
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(from, name), 'utf8')] as const)))
}

if (process.argv.includes('--check')) {
  const fresh = await mkdtemp(join(tmpdir(), 'millrace-reference-'))
  try {
    await write(fresh)
    const [wanted, found] = [await readPages(fresh), await readPages(folder)]
    const stale = [...new Set([...wanted.keys(), ...found.keys()])].filter((name) => wanted.get(name) !== found.get(name)).sort()
    if (stale.length > 0) {
      console.error(`docs/reference is not what the code says (${stale.join(', ')}). Write it anew: npx -y pnpm@12.21.0 run reference`)
      process.exitCode = 1
    }
  } finally {
    await rm(fresh, { recursive: true })
  }
} else {
  await rm(folder, { recursive: true, force: true })
  await write(folder)
}
