export { startWorkerEarly } from './local/workers/early-worker.ts'
