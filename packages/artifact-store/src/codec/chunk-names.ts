import { kind, type ObjectGraph } from './document.ts'
import { unpackForm } from './pack.ts'

/** The hashes of the chunks that an artifact's encoded bytes name. Allocates nothing for what they hold. @throws Error if no Millrace wrote the bytes. */
export function chunkNames(root: Uint8Array): string[] {
  const { isTree, value } = unpackForm(root)
  if (isTree) return []
  const [, nodes] = value as ObjectGraph
  return nodes.flatMap(([nodeKind, items]) => {
    if (nodeKind === kind.chunkedBuffer) return items.slice(1) as string[]
    return nodeKind === kind.chunkedText ? (items as string[]) : []
  })
}
