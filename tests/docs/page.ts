import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A block of code in a page. */
export interface Block {
  readonly language: string
  /** What follows the language on the fence: a file's name, or how a command ends. */
  readonly info: string
  readonly text: string
  /** Where the fence is in the page, from 1. */
  readonly line: number
}

/** A page of the documentation, and its code in order. */
export interface Page {
  readonly name: string
  readonly path: string
  readonly blocks: readonly Block[]
}

const docs = fileURLToPath(new URL('../../docs', import.meta.url))

/** The pages whose code is checked and run: the guide, and the way from Metaflow. */
export function readPages(): Page[] {
  const guide = join(docs, 'guide')
  const paths = [...readdirSync(guide).map((name) => join(guide, name)), join(docs, 'from-metaflow.md')]
  return paths
    .filter((path) => path.endsWith('.md'))
    .map((path) => ({ name: basename(path, '.md'), path, blocks: blocksOf(readFileSync(path, 'utf8')) }))
}

/** The blocks of code in a page's text. */
export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)(?: ([^\n]*))?\n(.*?)^```$/gms)].map(({ 1: language = '', 2: info = '', 3: body = '', index }) => ({
    language,
    info,
    text: body,
    line: text.slice(0, index).split('\n').length,
  }))
}
