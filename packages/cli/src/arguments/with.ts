import { type BatchOptions, batchOptionKinds, nearest, parseDuration, type StepOptions } from '@millrace/core-graph'

const names = ['batch', 'retry', 'timeout', 'catch', 'environment', 'resources'] as const
type Name = (typeof names)[number]

const resourceKeys = ['cpu', 'gpu', 'memory', 'disk', 'sharedMemory'] as const

/**
 * Reads the value of one `--with`: `name`, `name:value` or `name:key=value,...`.
 *
 * @throws RangeError with a sentence that says what cannot be read.
 */
export function parseWith(text: string): StepOptions {
  const [, head = '', rest] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? []
  if (!(names as readonly string[]).includes(head)) {
    const near = nearest(head, [...names])
    throw new RangeError(
      `--with ${text} names no step option.${near ? ` Did you mean --with ${near}?` : ''} There are ${names.join(', ')}.`,
    )
  }
  return readers[head as Name](splitPairs(rest ?? ''), text)
}

type Pairs = { readonly single?: string; readonly pairs: ReadonlyMap<string, string> }

function splitPairs(text: string): Pairs {
  const items = text.split(',').filter((item) => item !== '')
  const [only] = items
  if (items.length === 1 && only !== undefined && !only.includes('=')) return { single: only, pairs: new Map() }
  return {
    pairs: new Map(
      items.map((item) => {
        const at = item.indexOf('=')
        return at < 0 ? [item, ''] : [item.slice(0, at), item.slice(at + 1)]
      }),
    ),
  }
}

const readers: Record<Name, (given: Pairs, text: string) => StepOptions> = {
  batch: ({ single, pairs }, text) => {
    if (single !== undefined)
      throw new RangeError(`--with ${text} does not say what ${single} is. Write --with batch:image=${single}, for example.`)
    const readable = Object.entries(batchOptionKinds).filter(
      ([, kind]) => kind === 'amount' || kind === 'text' || kind.startsWith('switch'),
    )
    onlyKeys(
      pairs,
      readable.map(([name]) => name),
      text,
    )
    if (pairs.size === 0) return { batch: true }
    return { batch: Object.fromEntries([...pairs].map(([name, value]) => [name, batchValue(name as keyof BatchOptions, value, text)])) }
  },
  retry: ({ single, pairs }, text) => {
    onlyKeys(pairs, ['times', 'delay', 'backoff', 'maxDelay', 'memoryFactor'], text)
    const optional = <Key extends string>(key: Key, read: (value: string, text: string) => number): { [Name in Key]?: number } => {
      const value = pairs.get(key)
      return value === undefined ? {} : ({ [key]: read(value, text) } as { [Name in Key]?: number })
    }
    const backoff = optional('backoff', positiveNumber)
    if ((backoff.backoff ?? 1) < 1) throw new RangeError(`--with ${text} has a backoff below 1. It is a factor: 2 doubles each wait.`)
    const memoryFactor = optional('memoryFactor', positiveNumber)
    if ((memoryFactor.memoryFactor ?? 1) < 1)
      throw new RangeError(
        `--with ${text} has a memoryFactor below 1. It is a factor: 2 doubles the memory after an attempt that ran out of it.`,
      )
    return {
      retry: {
        times: wholeNumber(single ?? pairs.get('times') ?? '3', text),
        ...optional('delay', milliseconds),
        ...backoff,
        ...optional('maxDelay', milliseconds),
        ...memoryFactor,
      },
    }
  },
  timeout: ({ single, pairs }, text) => {
    onlyKeys(pairs, ['hours', 'minutes', 'seconds'], text)
    if (single !== undefined) return { timeout: milliseconds(single, text) }
    if (pairs.size === 0) throw new RangeError(`--with ${text} does not say how long. Write --with timeout:10m`)
    const amount = (unit: string): number => positiveNumber(pairs.get(unit) ?? '0', text)
    return { timeout: (amount('hours') * 3_600 + amount('minutes') * 60 + amount('seconds')) * 1_000 }
  },
  catch: ({ single, pairs }, text) => {
    onlyKeys(pairs, ['artifact'], text)
    const artifact = single ?? pairs.get('artifact')
    if (!artifact || !/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(artifact))
      throw new RangeError(`--with ${text} does not name the artifact that takes the error. Write --with catch:failure`)
    return { catch: artifact }
  },
  environment: ({ single, pairs }, text) => {
    const nameless = single ?? [...pairs.keys()].find((name) => name === '')
    if (nameless !== undefined || pairs.size === 0)
      throw new RangeError(`--with ${text} sets no variable. Write --with environment:NAME=value,OTHER=value`)
    return { environment: Object.fromEntries(pairs) }
  },
  resources: ({ single, pairs }, text) => {
    onlyKeys(pairs, resourceKeys, text)
    if (single !== undefined || pairs.size === 0)
      throw new RangeError(`--with ${text} names no resource. Write --with resources:cpu=8,memory=60000`)
    return { resources: Object.fromEntries([...pairs].map(([key, value]) => [key, positiveNumber(value, text)])) }
  },
}

function batchValue(name: keyof BatchOptions, value: string, text: string): number | string | boolean {
  const kind = batchOptionKinds[name]
  if (kind === 'amount') return positiveNumber(value, text)
  if (kind === 'text') return value
  if (!/^(?:true|false|1|0)?$/.test(value))
    throw new RangeError(`--with ${text} has ${JSON.stringify(value)} for ${name}, which is true or false.`)
  return value !== 'false' && value !== '0'
}

function onlyKeys(pairs: ReadonlyMap<string, string>, known: readonly string[], text: string): void {
  for (const key of pairs.keys()) {
    if (known.includes(key)) continue
    const near = nearest(key, [...known])
    throw new RangeError(
      `--with ${text} has no key ${JSON.stringify(key)}.${near ? ` Did you mean ${near}?` : ''} It takes ${known.join(', ')}.`,
    )
  }
}

function positiveNumber(value: string, text: string): number {
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(number) || number < 0) throw new RangeError(`--with ${text} has ${JSON.stringify(value)} where a number is needed.`)
  return number
}

function wholeNumber(value: string, text: string): number {
  const number = positiveNumber(value, text)
  if (!Number.isSafeInteger(number)) throw new RangeError(`--with ${text} has ${JSON.stringify(value)} where a whole number is needed.`)
  return number
}

function milliseconds(value: string, text: string): number {
  try {
    return parseDuration(value)
  } catch {
    throw new RangeError(`--with ${text} has ${JSON.stringify(value)} where a time is needed, such as 90s, 10m or 2h.`)
  }
}
