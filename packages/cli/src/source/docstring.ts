import { readFileSync } from 'node:fs'

/** The text of the docstring directly before `class NAME` in a file, without its stars; `''` where there is none. */
export function classDocstring(file: string, name: string): string {
  return docstringBefore(file, new RegExp(`(?:export\\s+)?(?:default\\s+)?(?:abstract\\s+)?class\\s+${escaped(name)}(?![\\w$])`))
}

/** The text of the docstring directly before the field `NAME = step(...)`. */
export function fieldDocstring(file: string, name: string): string {
  return docstringBefore(file, new RegExp(`(?:readonly\\s+)?(?<![\\w$.])${escaped(name)}\\s*=\\s*[\\w$.]+\\s*(?:<[^=]*>)?\\(`))
}

function docstringBefore(file: string, declaration: RegExp): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return ''
  }
  const [, body = ''] =
    new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*(?:@[\\w.]+(?:\\([^)]*\\))?\\s*)*${declaration.source}`).exec(text) ?? []
  return body
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim()
}

const escaped = (name: string): string => name.replaceAll('$', '\\$')
