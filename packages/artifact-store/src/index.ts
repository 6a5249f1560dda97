export { decodeInline } from './codec/decode.ts'
export { type EncodedArtifact, encodeArtifact, encodeInline } from './codec/encode.ts'
export { artifactToJson, type JsonValue } from './codec/to-json.ts'
export {
  type AttemptAddress,
  blobKey,
  codeKey,
  flowPrefix,
  logKey,
  parseTaskRecordKey,
  type RunAddress,
  runKey,
  runPrefix,
  runsPrefix,
  stepPrefix,
  type TaskAddress,
  tagsKey,
  taskPrefix,
  taskRecordKey,
} from './layout.ts'
export { loadArtifact, loadArtifacts } from './load-artifacts.ts'
export { loadArtifactNow, type ReadPayloadsNow, readPayloads } from './load-now.ts'
export { encodeLog, readLog, writeLog } from './records/log.ts'
export { createRun, listFlows, listRuns, readRun, writeRun } from './records/run-records.ts'
export { commitTask, commitTasks, listTasks, readTask } from './records/task-records.ts'
export { saveArtifacts } from './save-artifacts.ts'
export { findRoot } from './stores/find-root.ts'
export { createLocalStore, type LocalStoreOptions } from './stores/local-store.ts'
export { createMemoryStore } from './stores/memory-store.ts'
export { openStore } from './stores/open-store.ts'
