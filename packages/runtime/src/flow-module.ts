import type { FlowClass, FlowDefinition } from '@millrace/core-graph'
import { processWide } from './process-wide.ts'

/** A flow and where it came from. */
export interface FlowModule {
  readonly definition: FlowDefinition
  /** What a worker imports: the flow file's URL, or that of its bundle. */
  readonly moduleUrl: string
  /** The flow file's path, for messages. */
  readonly sourceFile: string
}

interface Registry {
  readonly flows: Map<string, FlowClass>
  worker: boolean
}

const registry = processWide<Registry>('flows', () => ({ flows: new Map(), worker: false }))

/** Makes a flow known under the URL of the module that defines it, whether it is exported or not. */
export function registerFlow(flowClass: FlowClass, moduleUrl: string): void {
  registry.flows.set(moduleUrl, flowClass)
}

/** The flow that a module registered when it was imported. */
export function registeredFlow(moduleUrl: string): FlowClass | undefined {
  return registry.flows.get(moduleUrl)
}

/** Whether this process is a worker, which runs tasks and no command line. */
export function isWorker(): boolean {
  return registry.worker
}

/** Makes this process a worker, for good. */
export function becomeWorker(): void {
  registry.worker = true
}
