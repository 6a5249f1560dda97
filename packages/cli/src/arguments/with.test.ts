import type { StepOptions } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { parseWith } from './with.ts'

test.each<[string, StepOptions]>([
  ['retry', { retry: { times: 3 } }],
  ['retry:4', { retry: { times: 4 } }],
  ['retry:times=2,delay=10s', { retry: { times: 2, delay: 10_000 } }],
  ['retry:delay=1s,backoff=2,maxDelay=1m', { retry: { times: 3, delay: 1_000, backoff: 2, maxDelay: 60_000 } }],
  ['retry:times=1,memoryFactor=2', { retry: { times: 1, memoryFactor: 2 } }],
  ['batch', { batch: true }],
  ['batch:cpu=4,memory=16000,image=node:22,privileged', { batch: { cpu: 4, memory: 16_000, image: 'node:22', privileged: true } }],
  ['timeout:10m', { timeout: 600_000 }],
  ['timeout:hours=1,minutes=2,seconds=3', { timeout: 3_723_000 }],
  ['catch:failure', { catch: 'failure' }],
  ['environment:MODE=quiet,URL=http://x/?a=b', { environment: { MODE: 'quiet', URL: 'http://x/?a=b' } }],
  ['resources:cpu=8,memory=60000', { resources: { cpu: 8, memory: 60_000 } }],
])('--with %s is read', (text, options) => {
  expect(parseWith(text)).toEqual(options)
})

test.each([
  ['batch:node:22', /does not say what node:22 is/],
  ['batch:cpus=4', /no key "cpus".*Did you mean cpu\?/],
  ['batch:cpu=many', /where a number is needed/],
  ['batch:privileged=perhaps', /true or false/],
  ['rety', /Did you mean --with retry\?/],
  ['retry:tims=2', /no key "tims".*Did you mean times\?/],
  ['retry:times=many', /where a number is needed/],
  ['retry:1.5', /whole number/],
  ['retry:backoff=0.5', /backoff below 1/],
  ['retry:memoryFactor=0.5', /memoryFactor below 1/],
  ['timeout', /does not say how long/],
  ['timeout:60', /where a time is needed/],
  ['catch', /does not name the artifact/],
  ['environment:MODE', /sets no variable/],
  ['resources:ram=3', /It takes cpu, gpu/],
])('--with %s is refused', (text, message) => {
  expect(() => parseWith(text)).toThrow(message)
})
