/** A command of a transcript and what it prints. */
export interface Step {
  readonly command: string
  readonly output: string
}

/** Takes a console block apart: a line that begins with `$ ` is a command, what follows is its output. */
export function parseTranscript(text: string): Step[] {
  const steps: { command: string; output: string[] }[] = []
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] })
    else steps.at(-1)?.output.push(line)
  }
  return steps.map(({ command, output }) => ({ command, output: output.join('\n') }))
}

/** Output without what differs from run to run or release to release: times, process numbers, lengths of time, the folder that it ran in, the version. */
export function steady(output: string): string {
  return output
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{3}Z?)?/g, '<time>')
    .replaceAll(/\bdate:\d{4}-\d\d-\d\d/g, 'date:<date>')
    .replaceAll(/\b([Mm]illrace[ :])\d+\.\d+\.\d+/g, '$1<version>')
    .replaceAll(/\bpid \d+/g, 'pid <pid>')
    .replaceAll(/(?<=\(looked for at )\S+\//g, '<folder>/')
    .replaceAll(/\b(\d+(\.\d+)? ?(ms|s|m|h)\b ?)+/g, '<length>')
    .replaceAll(/ +$/gm, '')
    .trimEnd()
}

/** Whether `actual` is what a page shows; a line `...` in it stands for any lines. */
export function matches(shown: string, actual: string): boolean {
  const pattern = steady(shown)
    .split(/^\.\.\.$/m)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${pattern}$`, 's').test(steady(actual))
}
