export { type Current, current } from './current.ts'
export { type FlowModule, isWorker, registeredFlow, registerFlow } from './flow-module.ts'
export { type ParallelMapOptions, parallelMap } from './parallel-map/parallel-map.ts'
export { ParallelMapError } from './parallel-map/parallel-map-error.ts'
