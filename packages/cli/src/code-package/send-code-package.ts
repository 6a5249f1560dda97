import { codeKey } from '@millrace/artifact-store'
import type { ObjectStore } from '@millrace/core-graph'
import { type CodePackageOptions, makeCodePackage } from './code-package.ts'

/**
 * Makes a flow's code package and puts into the datastore what is not there yet. Gives where it is, as the bootstrap reads it: the archives' URLs, a line each.
 * An archive is named by its content: one get of a byte tells that it is there, and then nothing is sent.
 *
 * @throws MillraceError `invalid-flow-file`, `invalid-setting`, or of the store.
 */
export async function sendCodePackage(
  store: ObjectStore,
  { flow, ...options }: CodePackageOptions & { readonly flow: string },
): Promise<string> {
  const { worker, flow: code, included } = await makeCodePackage(options)
  const archives = [worker, code, ...(included ? [included] : [])]
  const urls = await Promise.all(
    archives.map(async ({ body, sha256 }) => {
      const key = codeKey(flow, sha256)
      if (!(await store.get(key, { range: [0, 1] }))) await store.put(key, body, { mode: 'create' })
      return `${store.url.replace(/\/$/, '')}/${key}`
    }),
  )
  return urls.join('\n')
}
