import { parseDuration } from '../../duration.ts'
import { type BatchOptions, batchOptionKinds } from '../../flow/batch-options.ts'
import { reservedNames } from '../../flow/flow-spec.ts'
import type { StepOptions } from '../../flow/step.ts'
import { nearest } from '../../nearest.ts'
import type { FlowSource, StepSource } from '../flow-source.ts'

const amounts = ['cpu', 'gpu', 'memory', 'disk', 'sharedMemory']
const retryNames = ['times', 'delay', 'backoff', 'maxDelay', 'memoryFactor']

/** That each step's options can work. */
export function checkOptions(flow: FlowSource): void {
  for (const step of flow.steps.values()) {
    const { options } = step.definition
    const add = (message: string): void => step.report.add('options', { start: 0 }, message)
    checkRetry(step.name, options, add)
    checkTimeout(step.name, options, add)
    checkCatch(flow, step, add)
    checkEnvironment(step.name, options, add)
    if (options.resources !== undefined) checkAmounts(step.name, 'resources', options.resources, amounts, add)
    if (options.batch !== undefined && options.batch !== true)
      checkAmounts(step.name, 'batch', options.batch, Object.keys(batchOptionKinds), add)
  }
}

type Add = (message: string) => void

function checkRetry(step: string, { retry }: StepOptions, add: Add): void {
  if (retry === undefined) return
  const { times, delay, backoff, maxDelay, memoryFactor, ...unknown } =
    typeof retry === 'object' && retry !== null ? retry : { times: retry }
  if (!Number.isInteger(times) || times < 0)
    add(
      `Step ${step} has retry ${show(times)}, which is not a number of further attempts. Write retry: 2, or retry: { times: 2, delay: '30s' }.`,
    )
  if (delay !== undefined) checkDuration(step, 'a retry delay', delay, add)
  if (maxDelay !== undefined) checkDuration(step, 'a longest retry delay', maxDelay, add)
  if (backoff !== undefined && !(typeof backoff === 'number' && Number.isFinite(backoff) && backoff >= 1))
    add(`Step ${step} has a retry backoff of ${show(backoff)}. Write a factor from 1, such as 2: each wait is then twice the one before.`)
  if (memoryFactor !== undefined && !(typeof memoryFactor === 'number' && Number.isFinite(memoryFactor) && memoryFactor >= 1))
    add(
      `Step ${step} has a retry memoryFactor of ${show(memoryFactor)}. Write a factor from 1, such as 2: each attempt after one that ran out of memory gets twice as much.`,
    )
  for (const name of Object.keys(unknown)) {
    const found = nearest(name, retryNames)
    add(
      `Step ${step} has retry with an unknown ${show(name)}. ${found === undefined ? `It takes ${retryNames.join(', ')}.` : `Did you mean ${show(found)}?`}`,
    )
  }
}

function checkTimeout(step: string, { timeout }: StepOptions, add: Add): void {
  if (timeout === undefined) return
  if (checkDuration(step, 'a timeout', timeout, add) === 0)
    add(`Step ${step} has a timeout of 0, in which nothing can run. Leave it out for no limit.`)
}

function checkDuration(step: string, what: string, value: number | string, add: Add): number | undefined {
  try {
    return parseDuration(value)
  } catch {
    add(
      `Step ${step} has ${what} of ${show(value)}, which is not a length of time. Write milliseconds, or text such as '90s', '10m', '2h'.`,
    )
    return undefined
  }
}

function checkCatch({ definition, steps, members, graph }: FlowSource, { name, definition: step }: StepSource, add: Add): void {
  const artifact = step.options.catch
  if (artifact === undefined) return
  const kind = graph.nodes.get(name)?.kind
  const taken = steps.has(artifact) ? 'a step' : definition.parameters.has(artifact) ? 'a parameter' : undefined
  if (typeof artifact !== 'string' || !/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(artifact))
    add(`Step ${name} has catch ${show(artifact)}, which cannot name an artifact. Write the field that takes the error: catch: 'failure'.`)
  else if (taken) add(`Step ${name} has catch '${artifact}', which is ${taken}. Name a field that can take the error.`)
  else if (reservedNames.includes(artifact) || members.has(artifact))
    add(`Step ${name} has catch '${artifact}', which the flow's class has already as a member. Name a field that can take the error.`)
  if (kind === 'split' || kind === 'foreach' || kind === 'switch') {
    const does = { split: 'splits', foreach: 'fans out', switch: 'chooses where to go' }[kind]
    add(`Step ${name} has catch and ${does}: when it fails, it is not known where to go on. Let it go to one step, and do that there.`)
  }
}

function checkEnvironment(step: string, { environment }: StepOptions, add: Add): void {
  for (const [name, value] of Object.entries(environment ?? {})) {
    if (name === '' || /[=\0]/.test(name))
      add(`Step ${step} has the environment variable ${show(name)}, which is not a name. It may not be empty, or hold "=" or NUL.`)
    if (typeof value !== 'string' || value.includes('\0'))
      add(`Step ${step} sets the environment variable ${name} to ${show(value)}. Its value must be text without NUL.`)
  }
}

function checkAmounts(step: string, option: string, given: unknown, names: readonly string[], add: Add): void {
  if (typeof given !== 'object' || given === null) {
    add(`Step ${step} has ${option} ${show(given)}. Write an object: ${option}: { cpu: 4, memory: 16_000 }.`)
    return
  }
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) {
      const found = nearest(name, names)
      add(
        `Step ${step} has ${option} with an unknown ${show(name)}. ${found === undefined ? `It takes ${names.join(', ')}.` : `Did you mean ${show(found)}?`}`,
      )
      continue
    }
    if (value === undefined) continue
    const kind = batchOptionKinds[name as keyof BatchOptions]
    if (kind === 'amount' && !(typeof value === 'number' && Number.isFinite(value) && (value > 0 || (value === 0 && mayBeNone.has(name)))))
      add(`Step ${step} asks for ${show(value)} as ${name} in ${option}. Write a number above 0${inMegabytes.has(name) ? ', of MB' : ''}.`)
    else if (kind !== 'amount' && !isOfKind[kind](value))
      add(`Step ${step} has ${show(value)} as ${name} in ${option}. Write ${kindWords[kind]}.`)
  }
}

const mayBeNone = new Set(['gpu', 'maxSwap', 'swappiness'])
const inMegabytes = new Set(['memory', 'disk', 'sharedMemory', 'maxSwap'])
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

const isOfKind = {
  text: (value: unknown): boolean => typeof value === 'string',
  switch: (value: unknown): boolean => typeof value === 'boolean',
  list: (value: unknown): boolean => Array.isArray(value),
  table: (value: unknown): boolean => isObject(value) && Object.values(value as object).every((each) => typeof each === 'string'),
  'switch or object': (value: unknown): boolean => typeof value === 'boolean' || isObject(value),
}

const kindWords = {
  text: 'text',
  switch: 'true or false',
  list: 'a list',
  table: 'an object of texts',
  'switch or object': 'true, false or an object',
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value)
