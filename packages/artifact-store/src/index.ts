export { artifactToJson, type JsonValue } from './artifacts/artifact-to-json.ts'
export { loadArtifact, loadArtifacts } from './artifacts/load-artifacts.ts'
export { loadArtifactNow, type ReadPayloadsNow, readPayloads } from './artifacts/load-now.ts'
export { saveArtifacts } from './artifacts/save-artifacts.ts'
export { refOfParameter, saveParameters } from './artifacts/save-parameters.ts'
export { BlobCache, type BlobCacheOptions } from './cache/blob-cache.ts'
export { createCachedStore } from './cache/cached-store.ts'
export type { RunSummary } from './catalog/catalog.ts'
export { listRunSummaries } from './catalog/list-run-summaries.ts'
export { recordRunEnd } from './catalog/record-run-end.ts'
export { decodeInline } from './codec/decode.ts'
export { type EncodedArtifact, encodeArtifact, encodeInline } from './codec/encode.ts'
export { collectGarbage, type Garbage, type GarbageOptions, type GarbageProgress } from './gc/collect-garbage.ts'
export {
  type AttemptAddress,
  blobKey,
  codeKey,
  flowPrefix,
  type LogAddress,
  logKey,
  parseTaskRecordKey,
  type RunAddress,
  runKey,
  runPrefix,
  runsPrefix,
  stepPrefix,
  type TaskAddress,
  taskPrefix,
  taskRecordKey,
} from './layout.ts'
export { encodeLog, parseLog, readLog, writeLog } from './records/log.ts'
export { lossOf, type RunObserver } from './records/run-life.ts'
export { createRun, listFlows, readRun, writeRun } from './records/run-records.ts'
export {
  type AttemptsPlace,
  commitTask,
  commitTasks,
  type ListedAttempts,
  listAttempts,
  listTasks,
  readTask,
} from './records/task-records.ts'
export { findRoot } from './stores/find-root.ts'
export { createLocalStore, type LocalStoreOptions } from './stores/local/local-store.ts'
export { createMemoryStore } from './stores/memory-store.ts'
export { openStore } from './stores/open-store.ts'
export { editTags, readTags, type TagEdit } from './tags/edit-tags.ts'
export { type SystemTagFacts, systemTags } from './tags/system-tags.ts'
export { tagLimits, tagProblems } from './tags/tag-problems.ts'
