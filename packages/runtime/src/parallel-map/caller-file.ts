import { fileURLToPath } from 'node:url'

/** The file that a stack begins in, where the callback's imports are looked up; a file of the working directory where it cannot be told. */
export function callerFile(stack: string): string {
  for (const line of stack.split('\n')) {
    const url = /(file:\/\/[^\s)]+?):\d+:\d+/.exec(line)?.[1]
    if (url) return fileURLToPath(url)
    const path = /\((\/[^)]+?):\d+:\d+\)|at (\/.+?):\d+:\d+$/.exec(line)
    if (path) return path[1] ?? path[2] ?? ''
  }
  return `${process.cwd()}/parallel-map.js`
}
