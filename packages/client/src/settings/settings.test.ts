import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-settings-'))
afterAll(() => rmSync(root, { recursive: true }))
const flowFolder = join(root, 'project', 'flows')
const home = join(root, 'home')
mkdirSync(flowFolder, { recursive: true })
mkdirSync(join(home, '.config', 'millrace'), { recursive: true })

const read = (environment: Record<string, string> = {}, options: { datastoreRoot?: string; maxWorkers?: number } = {}) =>
  readSettings({ options, environment: { HOME: home, ...environment }, workingDirectory: root, flowFolder })
const project = (content: unknown): void => writeFileSync(join(root, 'project', 'millrace.config.json'), JSON.stringify(content))
const user = (content: unknown): void => writeFileSync(join(home, '.config', 'millrace', 'config.json'), JSON.stringify(content))

test('of option, environment, project file and user file the first that says something wins', () => {
  project({ datastoreRoot: 'runs', maxWorkers: 3, user: 'project' })
  user({ datastoreRoot: '/far', maxWorkers: 2, user: 'someone', namespace: 'team', durable: true })
  expect(read()).toEqual({
    datastoreRoot: join(root, 'project', 'runs'),
    maxWorkers: 3,
    user: 'project',
    namespace: 'team',
    durable: true,
    batch: {},
    include: [],
  })
  expect(read({ MILLRACE_USER: 'me', MILLRACE_DURABLE: '0', MILLRACE_MAX_WORKERS: '5' })).toMatchObject({
    user: 'me',
    durable: false,
    maxWorkers: 5,
  })
  expect(read({ MILLRACE_DATASTORE_ROOT: 'here' }, { maxWorkers: 9 })).toMatchObject({ datastoreRoot: join(root, 'here'), maxWorkers: 9 })
  expect(read({ MILLRACE_DATASTORE_ROOT: 'here' }, { datastoreRoot: 'file:///x' })).toMatchObject({ datastoreRoot: 'file:///x' })
})

test('what steps on AWS Batch get comes from the environment, then from the files, each by itself', () => {
  project({ batchQueue: 'team', batchImage: 'node:24' })
  user({ batchQueue: 'mine', batchJobRole: 'arn:aws:iam::123456789012:role/mine' })
  expect(read({ MILLRACE_BATCH_IMAGE: 'node:22', MILLRACE_BATCH_EXECUTION_ROLE: 'arn:x' }).batch).toEqual({
    queue: 'team',
    image: 'node:22',
    jobRole: 'arn:aws:iam::123456789012:role/mine',
    executionRole: 'arn:x',
  })
  expect(read({ MILLRACE_BATCH_QUEUE: 'shell' }).batch.queue).toBe('shell')
  user({})
})

test('XDG_CONFIG_HOME moves the user file', () => {
  project({})
  const other = join(root, 'xdg', 'millrace')
  mkdirSync(other, { recursive: true })
  writeFileSync(join(other, 'config.json'), '{ "user": "moved" }')
  expect(read({ XDG_CONFIG_HOME: join(root, 'xdg') })).toMatchObject({ user: 'moved', namespace: 'user:moved' })
})

test('a file that cannot be used is told with its path and every mistake in it', () => {
  project({ datastoreRot: 'x', maxWorkers: 0 })
  expect(() => read()).toThrow(/datastoreRot.*Did you mean datastoreRoot\?\n.*0 for maxWorkers, which must be a whole number above 0/)
  writeFileSync(join(root, 'project', 'millrace.config.json'), '{ nope')
  expect(() => read()).toThrow(/millrace\.config\.json, which is not JSON/)
  writeFileSync(join(root, 'project', 'millrace.config.json'), '[]')
  expect(() => read()).toThrow('must hold one JSON object')
  project({})
})

test('a datastore may be in a bucket, and nowhere else but on this machine', () => {
  for (const root of ['s3://bucket/x', 's3://bucket', 's3://bucket/'])
    expect(read({ MILLRACE_DATASTORE_ROOT: root }).datastoreRoot).toBe(root)
  for (const root of ['s3://', 's3:bucket', 's3://B/x']) expect(() => read({ MILLRACE_DATASTORE_ROOT: root })).toThrow('it names no bucket')
  expect(() => read({ MILLRACE_DATASTORE_ROOT: 's3://bucket/a//b' })).toThrow('Could not open the datastore s3://bucket/a//b')
  expect(() => read({}, { datastoreRoot: '' })).toThrow('its root is empty')
  expect(() => read({ MILLRACE_DATASTORE_ROOT: 'gs://bucket/x' })).toThrow('The datastore gs://bucket/x cannot be used')
})

test('a variable that cannot be used is told', () => {
  expect(() => read({ MILLRACE_MAX_WORKERS: 'many' })).toThrow('MILLRACE_MAX_WORKERS is "many"')
  expect(() => read({ MILLRACE_DURABLE: 'maybe' })).toThrow('MILLRACE_DURABLE is "maybe"')
  expect(() => read({ MILLRACE_MAX_WORKERS: '0', MILLRACE_DURABLE: 'maybe' })).toThrow(/MILLRACE_DURABLE is .*\nMILLRACE_MAX_WORKERS is /)
})
