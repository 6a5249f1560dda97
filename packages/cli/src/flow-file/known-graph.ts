import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { definitionText, type FlowDefinition, type Graph, type GraphNode, type Problem } from '@millrace/core-graph'
import { nearestCacheFolder } from '../cache/cache-folder.ts'
import { contentHash } from '../cache/content-hash.ts'
import { writeAtomically } from '../write-atomically.ts'

type Stored = Omit<GraphNode, 'reads' | 'inputReads' | 'writes'> & {
  readonly [Name in 'reads' | 'inputReads' | 'writes']: readonly string[]
}

/**
 * A flow's graph and problems, as `checkFlow` finds them. Where nothing is wrong the graph is kept beside the bundles, under the hash of all that it is
 * made from: loading the parser and parsing would be a quarter of the time that a small flow's run takes.
 */
export async function checkOnce(
  definition: FlowDefinition,
  sourceFile: string,
): Promise<{ readonly graph: Graph; readonly problems: readonly Problem[] }> {
  const folder = nearestCacheFolder(dirname(sourceFile))
  const path = folder && join(folder, `${basename(sourceFile).replace(/[^\w-]+/g, '-')}-${contentHash(sourceFile).slice(0, 12)}.graph.json`)
  const key = contentHash(`${checkerVersion()}\n${definitionText(definition)}`)
  const known = path && readGraph(path, key)
  if (known) return { graph: known, problems: [] }
  const { checkFlow } = await import('@millrace/core-graph/graph')
  const checked = checkFlow(definition)
  if (path && checked.problems.length === 0) keepGraph(path, key, checked.graph)
  return checked
}

/** Changes with the code that checks. */
function checkerVersion(): string {
  const path = fileURLToPath(import.meta.resolve('@millrace/core-graph/graph'))
  const { size, mtimeMs } = statSync(path)
  return `${path} ${size} ${mtimeMs}`
}

function readGraph(path: string, key: string): Graph | undefined {
  try {
    const stored: { key: string; flow: string; nodes: Stored[] } = JSON.parse(readFileSync(path, 'utf8'))
    if (stored.key !== key) return undefined
    const nodes = stored.nodes.map((node): [string, GraphNode] => [
      node.name,
      { ...node, reads: new Set(node.reads), inputReads: new Set(node.inputReads), writes: new Set(node.writes) },
    ])
    return { flow: stored.flow, nodes: new Map(nodes) }
  } catch {
    // Not there, torn, or of another version: checking again mends it.
    return undefined
  }
}

function keepGraph(path: string, key: string, { flow, nodes }: Graph): void {
  const stored: Stored[] = [...nodes.values()].map((node) => ({
    ...node,
    reads: [...node.reads],
    inputReads: [...node.inputReads],
    writes: [...node.writes],
  }))
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeAtomically(path, JSON.stringify({ key, flow, nodes: stored }))
  } catch {
    // A folder that cannot be written to costs time, and nothing else.
  }
}
