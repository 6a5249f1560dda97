export { type ClockCase, clockCases } from './clock-suite.ts'
export { countRequests, type RequestCounts } from './count-requests.ts'
export { type ExecutorBed, type ExecutorCase, type ExecutorTask, executorCases } from './executor-suite.ts'
export { type ObjectStoreCase, objectStoreCases } from './object-store-suite.ts'
