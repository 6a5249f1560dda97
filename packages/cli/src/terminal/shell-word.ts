/** A text as one word of a POSIX shell: in quotes where the shell would read more out of it. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
