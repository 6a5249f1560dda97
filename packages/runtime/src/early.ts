export { startWorkerEarly } from './local/early-worker.ts'
