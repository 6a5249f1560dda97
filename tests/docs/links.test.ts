import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rootFolder } from 'millrace-scripts/pack-packages'
import { expect, test } from 'vitest'

/** The anchors of a page, as GitHub makes them of its headings: the second of a name is `name-1`. */
function anchorsIn(text: string): ReadonlySet<string> {
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id))
  for (const [, heading = ''] of text.matchAll(/^#+ (.*)$/gm)) {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    let anchor = name
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${name}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

test('every link within the documentation leads somewhere', () => {
  const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: rootFolder,
    encoding: 'utf8',
  })
  const dead: string[] = []
  for (const page of pages
    .trimEnd()
    .split('\n')
    .filter((path) => existsSync(join(rootFolder, path)))) {
    const text = readFileSync(join(rootFolder, page), 'utf8')
    const prose = text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '')
    for (const [, link = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? join(rootFolder, page) : join(rootFolder, dirname(page), decodeURI(path))
      if (!existsSync(target)) dead.push(`${page}: ${link}`)
      else if (anchor && target.endsWith('.md') && !anchorsIn(readFileSync(target, 'utf8')).has(anchor)) dead.push(`${page}: ${link}`)
    }
  }
  expect(dead).toEqual([])
})
