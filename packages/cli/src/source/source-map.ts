import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'
import type { Position } from './stack-frames.ts'

const maps = new Map<string, SourceMap | undefined>()

/** Where a place in a bundle was in the original file; `undefined` where the file has no source map beside it. */
export function mapPosition({ file, line, column }: Position): Position | undefined {
  const map = mapOf(file)
  if (!map) return undefined
  const entry = map.findEntry(line - 1, column - 1)
  if (!('originalSource' in entry)) return undefined
  // esbuild writes paths as URLs have them.
  return {
    file: resolve(dirname(file), decodeURIComponent(entry.originalSource)),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  }
}

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    let map: SourceMap | undefined
    try {
      map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')))
    } catch {
      // Most files are not bundles.
    }
    maps.set(file, map)
  }
  return maps.get(file)
}
