import { describe, expect, test } from 'vitest'
import { currentAttempt } from './jobs/job.ts'
import { Bench, freshState } from './machine.fixture.ts'

describe('a job', () => {
  test('goes from SUBMITTED to its end, and says when', () => {
    const bench = new Bench(freshState({ latency: 'real' }))
    const seen: string[] = []
    const look = (): void => {
      const { status } = bench.job('a')
      if (seen.at(-1) !== status) seen.push(status)
    }
    bench.submit('a')
    for (let second = 0; second < 40; second += 1) {
      look()
      bench.pass(1_000)
    }
    expect(seen).toEqual(['SUBMITTED', 'RUNNABLE', 'STARTING'])
    bench.begin('a')
    look()
    bench.pass(5_000)
    bench.exit('a', 0)
    look()
    expect(seen.slice(3)).toEqual(['RUNNING', 'SUCCEEDED'])
    const { createdAt, startedAt, stoppedAt } = bench.job('a')
    expect([createdAt, startedAt, stoppedAt]).toEqual([1_000_000, 1_040_000, 1_045_000])
  })

  test('takes about 25 s on a warm queue until it runs, each job its own time', () => {
    const bench = new Bench(freshState({ latency: 'real' }))
    bench.submit('a', { size: 8, vcpus: 1 })
    for (let second = 0; second < 40; second += 1) bench.pass(1_000)
    const startsOf = Array.from({ length: 8 }, (_, index) => bench.state.jobs.get(`a:${index}`)?.status)
    expect(startsOf).toEqual(Array(8).fill('STARTING'))
    expect(bench.containers.size).toBe(8)
  })

  test('that finds no room waits, and those behind it wait too, even if they would fit', () => {
    const bench = new Bench()
    bench.submit('a')
    bench.submit('b', { vcpus: 2 })
    bench.submit('large')
    bench.submit('small', { vcpus: 1 })
    expect(bench.statuses('a', 'b', 'large', 'small')).toEqual(['STARTING', 'STARTING', 'RUNNABLE', 'RUNNABLE'])
    bench.exit('a', 0)
    expect(bench.statuses('large', 'small')).toEqual(['STARTING', 'STARTING'])
  })

  test('that no host could ever hold stays RUNNABLE, says why, and lets others pass', () => {
    const bench = new Bench()
    bench.submit('huge', { memoryMiB: 5_000 })
    bench.submit('nowhere', { queue: 'empty' })
    bench.submit('a')
    expect(bench.statuses('huge', 'nowhere', 'a')).toEqual(['RUNNABLE', 'RUNNABLE', 'STARTING'])
    expect(bench.job('huge').statusReason).toMatch(/^MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT/)
    expect(bench.job('nowhere').statusReason).toMatch(/^CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY/)
    bench.apply({ type: 'stop', id: 'huge', reason: 'too large', by: 'cancel' })
    expect(bench.job('huge')).toMatchObject({ status: 'FAILED', statusReason: 'too large' })
  })

  test('whose overrides are too long fails when it is placed', () => {
    const bench = new Bench()
    bench.submit('a', { misfit: 'Container Overrides length must be at most 8192' })
    bench.submit('b', { dependsOn: [{ jobId: 'a' }] })
    expect(bench.job('a')).toMatchObject({
      status: 'FAILED',
      statusReason: 'Container Overrides length must be at most 8192',
      attempts: [],
    })
    expect(bench.statuses('b')).toEqual(['FAILED'])
  })
})

describe('retries', () => {
  const rules = [
    { onStatusReason: 'Host EC2*', action: 'RETRY' },
    { onReason: 'CannotPullContainerError*', action: 'retry' },
    { onExitCode: '75', action: 'RETRY' },
    { onReason: '*', action: 'EXIT' },
  ]

  test('come before all jobs that wait, and end with the attempts', () => {
    const bench = new Bench()
    bench.submit('a', { retryStrategy: { attempts: 3 } })
    bench.submit('b')
    bench.submit('c')
    for (const exitCode of [1, 2]) {
      bench.begin('a')
      bench.exit('a', exitCode)
      expect(bench.statuses('a', 'c')).toEqual(['STARTING', 'RUNNABLE'])
    }
    bench.exit('a', 3)
    expect(bench.job('a')).toMatchObject({ status: 'FAILED', attempts: [{ exitCode: 1 }, { exitCode: 2 }, { exitCode: 3 }] })
    expect(bench.statuses('c')).toEqual(['STARTING'])
  })

  test('follow the first rule of which all patterns fit; no reason fits only "*"', () => {
    const outcomes: Record<string, (bench: Bench) => void> = {
      'exit 1': (bench) => bench.exit('a', 1),
      'exit 75': (bench) => bench.exit('a', 75),
      'exit 7': (bench) => bench.exit('a', 7),
      'out of memory': (bench) => bench.exit('a', 137, 'OutOfMemoryError: Container killed due to memory usage'),
      pull: (bench) => {
        const [taskId = ''] = bench.containers.keys()
        bench.apply({ type: 'start-failed', jobId: 'a', taskId, reason: 'CannotPullContainerError: x' })
      },
      host: (bench) => bench.apply({ type: 'host-lost', host: currentAttempt(bench.job('a')).host }),
    }
    const triedAgain = Object.entries(outcomes).filter(([, happen]) => {
      const bench = new Bench()
      bench.submit('a', { retryStrategy: { attempts: 5, evaluateOnExit: rules } })
      happen(bench)
      return bench.job('a').attempts.length === 2
    })
    expect(triedAgain.map(([name]) => name)).toEqual(['exit 75', 'pull', 'host'])
  })

  test('happen where no rule fits', () => {
    const bench = new Bench()
    bench.submit('a', { retryStrategy: { attempts: 2, evaluateOnExit: [{ onExitCode: '1', onReason: 'x*', action: 'EXIT' }] } })
    bench.exit('a', 1)
    expect(bench.statuses('a')).toEqual(['STARTING'])
  })
})

describe('a job that is to end', () => {
  test('for its timeout gets SIGTERM, then SIGKILL after the time for that, and is not tried again', () => {
    const bench = new Bench()
    bench.submit('a', { timeoutSeconds: 60, retryStrategy: { attempts: 3 } })
    bench.begin('a')
    bench.pass(59_999)
    expect(bench.signalsOf('a')).toEqual([])
    bench.pass(1)
    expect(bench.signalsOf('a')).toEqual(['SIGTERM'])
    bench.pass(29_999)
    expect(bench.signalsOf('a')).toEqual(['SIGTERM'])
    bench.pass(1)
    expect(bench.signalsOf('a')).toEqual(['SIGTERM', 'SIGKILL'])
    expect(bench.statuses('a')).toEqual(['RUNNING'])
    bench.exit('a', 137)
    expect(bench.job('a')).toMatchObject({
      status: 'FAILED',
      statusReason: 'Job attempt duration exceeded timeout',
      attempts: [{ exitCode: 137 }],
    })
  })

  test('counts its timeout anew for each attempt', () => {
    const bench = new Bench()
    bench.submit('a', { timeoutSeconds: 60, retryStrategy: { attempts: 2 } })
    bench.begin('a')
    bench.pass(50_000)
    bench.exit('a', 1)
    bench.begin('a')
    bench.pass(50_000)
    expect(bench.signalsOf('a')).toEqual([])
    bench.exit('a', 0)
    expect(bench.statuses('a')).toEqual(['SUCCEEDED'])
  })

  test('slowly may still succeed before it is told', () => {
    const bench = new Bench()
    for (const id of ['a', 'b']) {
      bench.submit(id, { vcpus: 1 })
      bench.begin(id)
      bench.apply({ type: 'stop', id, reason: 'enough', by: 'terminate', delayMs: 30_000 })
    }
    bench.pass(29_000)
    bench.exit('a', 0)
    bench.pass(1_000)
    expect(bench.signalsOf('b')).toEqual(['SIGTERM'])
    bench.exit('b', 0)
    expect(bench.statuses('a', 'b')).toEqual(['SUCCEEDED', 'FAILED'])
    expect(bench.job('b').statusReason).toBe('enough')
  })

  test('before its container starts never starts', () => {
    const bench = new Bench(freshState({ latency: 'real' }))
    bench.submit('a', { retryStrategy: { attempts: 5 } })
    bench.pass(12_000)
    expect(bench.statuses('a')).toEqual(['STARTING'])
    bench.apply({ type: 'stop', id: 'a', reason: 'no', by: 'terminate' })
    expect(bench.job('a')).toMatchObject({ status: 'FAILED', statusReason: 'no' })
    bench.pass(60_000)
    expect(bench.containers.size).toBe(0)
  })

  test('by cancelling is left alone where it runs; PENDING it ends when what it waits for has ended', () => {
    const bench = new Bench()
    bench.submit('a')
    bench.submit('b', { dependsOn: [{ jobId: 'a' }] })
    bench.begin('a')
    for (const id of ['a', 'b']) bench.apply({ type: 'stop', id, reason: 'cancelled', by: 'cancel' })
    expect(bench.statuses('a', 'b')).toEqual(['RUNNING', 'PENDING'])
    expect(bench.signalsOf('a')).toEqual([])
    bench.exit('a', 0)
    expect(bench.job('b')).toMatchObject({ status: 'FAILED', statusReason: 'cancelled' })
  })
})

describe('dependencies', () => {
  test('hold a job until all have succeeded; one that fails fails it, through any chain', () => {
    const bench = new Bench()
    bench.submit('a')
    bench.submit('b')
    bench.submit('both', { dependsOn: [{ jobId: 'a' }, { jobId: 'b' }] })
    bench.submit('after', { dependsOn: [{ jobId: 'both' }] })
    expect(bench.statuses('both', 'after')).toEqual(['PENDING', 'PENDING'])
    bench.exit('a', 0)
    expect(bench.statuses('both')).toEqual(['PENDING'])
    bench.exit('b', 1)
    expect(bench.statuses('both', 'after')).toEqual(['FAILED', 'FAILED'])
    expect(bench.job('after').statusReason).toBe('Dependent Job failed')
  })

  test('SEQUENTIAL run the children of an array one after another, however many there are', () => {
    const bench = new Bench()
    bench.submit('a', { size: 3, dependsOn: [{ type: 'SEQUENTIAL' }] })
    expect(bench.statuses('a:0', 'a:1', 'a:2', 'a')).toEqual(['STARTING', 'PENDING', 'PENDING', 'PENDING'])
    bench.exit('a:0', 0)
    expect(bench.statuses('a:1', 'a:2')).toEqual(['STARTING', 'PENDING'])
    bench.submit('long', { size: 10_000, dependsOn: [{ type: 'SEQUENTIAL' }] })
    bench.exit('long:0', 1)
    expect(bench.job('long')).toMatchObject({ status: 'FAILED', array: { counts: { FAILED: 10_000 } } })
  })

  test('N_TO_N let each child wait for its like', () => {
    const bench = new Bench()
    bench.submit('a', { size: 2 })
    bench.submit('b', { size: 2, dependsOn: [{ jobId: 'a', type: 'N_TO_N' }] })
    bench.exit('a:1', 0)
    expect(bench.statuses('b:0', 'b:1')).toEqual(['PENDING', 'STARTING'])
  })
})

describe('a host that goes', () => {
  test('takes all that runs on it, and another one comes', () => {
    const bench = new Bench()
    for (const id of ['a', 'b']) bench.submit(id, { vcpus: 2, ...(id === 'a' ? { retryStrategy: { attempts: 2 } } : {}) })
    bench.begin('a')
    const { host, taskId } = currentAttempt(bench.job('a'))
    bench.apply({ type: 'host-lost', host })
    expect(bench.job('b')).toMatchObject({ status: 'FAILED', statusReason: `Host EC2 (instance ${host}) terminated.` })
    expect(bench.job('b').attempts[0]?.exitCode).toBeUndefined()
    expect(bench.containers.get(taskId)?.signals).toEqual(['SIGKILL'])
    expect(bench.statuses('a')).toEqual(['STARTING'])
    expect(currentAttempt(bench.job('a')).host).not.toBe(host)
    bench.apply({ type: 'exited', jobId: 'a', taskId, exitCode: 137 })
    expect(bench.statuses('a')).toEqual(['STARTING'])
  })
})
