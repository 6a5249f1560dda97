import { type Check, isCount, isInstant, isListOf, isOneOf, isText } from './record-shape.ts'

/** What the record of a run and its summary in a catalog both must say. */
export const runShape: Readonly<Record<'required' | 'optional', Readonly<Record<string, Check>>>> = {
  required: {
    status: isOneOf('running', 'succeeded', 'failed', 'interrupted'),
    createdAt: isInstant,
    heartbeatAt: isInstant,
    user: isText,
    namespace: isText,
    tags: isListOf(isText),
    systemTags: isListOf(isText),
    host: isText,
    pid: isCount,
  },
  optional: { finishedAt: isInstant, originRunId: isText },
}
