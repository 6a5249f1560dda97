import { MillraceError, type RunRecord, type TaskRecord } from '@millrace/core-graph'
import { type Check, isCount, isEither, isInstant, isListOf, isObject, isOneOf, isShaped, isTableOf, isText } from './record-shape.ts'
import { runShape } from './run-shape.ts'

const isRef = isShaped({
  required: { sha256: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value), sizeBytes: isCount },
  optional: { inline: isText, chunked: isOneOf(true) },
})

const isError: Check = (value) => isErrorShape(value)
const errorFields = { code: isText, stack: isText, cause: isError, errors: isListOf(isError) }
const isErrorShape = isShaped({ required: { name: isText, message: isText }, optional: errorFields })

const isFrame = isShaped({
  required: { kind: isOneOf('split', 'foreach'), step: isText, task: isText, branch: isText, index: isCount, count: isCount },
  optional: { item: isRef, label: isText },
})

const isTransition = isEither(
  isShaped({ required: { kind: isOneOf('linear', 'split'), targets: isListOf(isText) } }),
  isShaped({ required: { kind: isOneOf('foreach'), targets: isListOf(isText), count: isCount, items: isRef } }),
)

const isTask = isShaped({
  required: {
    flow: isText,
    run: isText,
    step: isText,
    task: isText,
    attempt: isCount,
    status: isOneOf('succeeded', 'failed'),
    startedAt: isInstant,
    finishedAt: isInstant,
    artifacts: isTableOf(isRef),
    parents: isListOf(isText),
    frames: isListOf(isFrame),
  },
  optional: { transition: isTransition, error: isError, pid: isCount, host: isText, origin: isText },
})

const isRun = isShaped({
  required: {
    flow: isText,
    run: isText,
    parameters: isTableOf(isRef),
    ...runShape.required,
  },
  optional: {
    ...runShape.optional,
    error: isShaped({ required: { name: isText, message: isText }, optional: { ...errorFields, subject: isText } }),
  },
})

/** Names the task whose record is expected at a key. */
type Expected = Readonly<Record<string, unknown>>

/**
 * Reads the record of an attempt. Torn, foreign, or of another attempt than `expected`, it is `undefined`: as if it were not there.
 *
 * @throws MillraceError `store-failed` if a later version of Millrace wrote it.
 */
export function parseTaskRecord(body: Uint8Array, key: string, expected: Expected): TaskRecord | undefined {
  return parseDocument(body, key, { expected, check: isTask }) as TaskRecord | undefined
}

/** As {@link parseTaskRecord}, for the record of a run. */
export function parseRunRecord(body: Uint8Array, key: string, expected: Expected): RunRecord | undefined {
  return parseDocument(body, key, { expected, check: isRun }) as RunRecord | undefined
}

/** As {@link parseTaskRecord}, for any document of a version: what passes `check` and says what is `expected` of it. */
export function parseDocument(
  body: Uint8Array,
  key: string,
  { expected, check }: { readonly expected: Expected; readonly check: Check },
): unknown {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  if (typeof value.version === 'number' && value.version !== 1)
    throw new MillraceError(
      'store-failed',
      `Could not read the record ${key}: it is of version ${value.version}, and this Millrace reads version 1. Use the Millrace that wrote it, or a later one.`,
      { subject: key },
    )
  if (value.version !== 1 || !check(value)) return undefined
  return Object.entries(expected).every(([name, wanted]) => (value as Record<string, unknown>)[name] === wanted) ? value : undefined
}
