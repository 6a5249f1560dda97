import type { HttpHead } from '../http/http-client-seam.ts'

/** The head of an answer alone: an answer holds its body, and what is in a file must not stay in memory too. */
export function detachHead(head: HttpHead): HttpHead {
  const { status, contentLength } = head
  const all = [...head.headers()]
  return {
    status,
    contentLength,
    header: (name) => {
      const values = all.filter(([each]) => each === name).map(([, value]) => value)
      return values.length === 0 ? undefined : values.join(', ')
    },
    headers: () => all,
  }
}
