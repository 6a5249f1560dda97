import { type FlowClass, FlowSpec, MillraceError } from '@millrace/core-graph'

const isFlowClass = (value: unknown): value is FlowClass => {
  if (typeof value !== 'function') return false
  // By name as well, so that a flow bundled with its own copy of Millrace is one too.
  for (let parent = Object.getPrototypeOf(value); typeof parent === 'function'; parent = Object.getPrototypeOf(parent)) {
    if (parent === FlowSpec || parent.name === 'FlowSpec') return true
  }
  return false
}

/** The flows that a module exports, each once. */
function exportedFlows(module: object): readonly FlowClass[] {
  return [...new Set(Object.values(module).filter(isFlowClass))]
}

/**
 * The flow of a module: the one it registered by `main(...)`, else the only one it exports, else the one called `name`.
 *
 * @throws MillraceError `invalid-flow-file` if there is none or it cannot be told which is meant.
 */
export function findFlow(module: object, registered: FlowClass | undefined, name?: string): FlowClass {
  if (registered) return registered
  const flows = exportedFlows(module)
  const [only] = name ? flows.filter((flow) => flow.name === name) : flows
  if (!only)
    throw new MillraceError(
      'invalid-flow-file',
      'The file exports no flow. Write "export default class MyFlow extends FlowSpec { ... }", and end it with "await main(MyFlow, import.meta)".',
    )
  if (!name && flows.length > 1)
    throw new MillraceError(
      'invalid-flow-file',
      `The file exports ${flows.length} flows, ${flows.map((flow) => flow.name).join(' and ')}. Keep one flow in a file, or end it with "await main(${only.name}, import.meta)" to say which is meant.`,
    )
  return only
}
