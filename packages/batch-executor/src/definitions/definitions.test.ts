import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkContainerOptions } from './check-container-options.ts'
import type { ContainerOptions } from './container-options.ts'
import { fargateProblem, fargateSizes, nearestFargateSize } from './fargate-sizes.ts'
import { jobDefinition } from './job-definition.ts'
import { mergeResources } from './merge-resources.ts'

const role = 'arn:aws:iam::123456789012:role/job'
const image = 'node:24-slim'
const problemsOf = (options: Partial<ContainerOptions>, platform: 'EC2' | 'FARGATE'): readonly string[] => {
  try {
    checkContainerOptions({ image, ...(platform === 'FARGATE' ? { executionRole: role } : {}), ...options }, platform)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError)
    return (error as RangeError).message.split('\n')
  }
}

describe('the sizes of Fargate', () => {
  test('are the 77 pairs that AWS lists', () => {
    expect(fargateSizes.map(({ cpu, memoriesMiB }) => [cpu, memoriesMiB.length])).toEqual([
      [0.25, 3],
      [0.5, 4],
      [1, 7],
      [2, 13],
      [4, 23],
      [8, 12],
      [16, 12],
      [32, 3],
    ])
    for (const { cpu, memoriesMiB } of fargateSizes) for (const memory of memoriesMiB) expect(fargateProblem(cpu, memory)).toBeUndefined()
  })

  test('answer any other pair with the nearest that has at least as much of both', () => {
    expect(fargateProblem(1, 9_000)).toBe(
      'Fargate has no container with cpu 1 and memory 9000: with 1 vCPU it takes 2048 to 8192 in steps of 1024 MB of memory. Ask for cpu 2 and memory 9216.',
    )
    expect(fargateProblem(3, 4_096)).toContain('it takes 0.25, 0.5, 1, 2, 4, 8, 16, 32 vCPU. Ask for cpu 4 and memory 8192.')
    expect(fargateProblem(48, 4_096)).toContain('Use a queue of EC2 instances')
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 40, noNaN: true }), fc.integer({ min: 4, max: 300_000 }), (cpu, memory) => {
        const near = nearestFargateSize(cpu, memory)
        if (!near) return cpu > 32 || memory > 249_856
        return near.cpu >= cpu && near.memoryMiB >= memory && fargateProblem(near.cpu, near.memoryMiB) === undefined
      }),
    )
  })
})

describe('what a container asks for', () => {
  test('is checked against Fargate before it is sent, every problem at once', () => {
    const asked = { cpu: 3, gpu: 1, privileged: true, hostVolumes: ['/data'], logDriver: 'syslog', ephemeralStorage: 500 }
    const problems = problemsOf(asked, 'FARGATE').join('\n')
    for (const word of ['cpu 3', 'gpu', 'privileged', 'hostVolumes', 'syslog', '200 GiB']) expect(problems).toContain(word)
    expect(problemsOf({ executionRole: undefined as never }, 'FARGATE')).toEqual([expect.stringContaining('needs an execution role')])
    expect(problemsOf({ gpu: 0, privileged: false, hostVolumes: [] }, 'FARGATE')).toEqual([])
  })

  test('is checked against EC2', () => {
    expect(problemsOf({ ephemeralStorage: 30 }, 'EC2')).toEqual([expect.stringContaining('cannot be had on EC2')])
    expect(problemsOf({ cpu: 3, memory: 12_345, gpu: 2, maxSwap: 0, swappiness: 60 }, 'EC2')).toEqual([])
  })

  test.each<[Partial<ContainerOptions>, string]>([
    [{ cpu: Number.NaN }, 'cpu must be a number above 0'],
    [{ memory: 1.5 }, 'memory must be a whole number from 4, and 1.5 is not.'],
    [{ swappiness: 101, maxSwap: 10 }, 'from 0 to 100'],
    [{ swappiness: 1 }, 'has no effect without maxSwap'],
    [{ inferentia: 1, trainium: 1 }, 'no instance has both'],
    [{ jobRole: 'job' }, 'jobRole must be the ARN of a role'],
    [{ efsVolumes: ['data'] }, 'fs-...'],
    [{ hostVolumes: ['data'] }, 'absolute path'],
    [{ image: 'a b' }, 'not the name of an image'],
  ])('is refused where it makes no sense: %j', (options, message) => {
    expect(problemsOf(options, 'EC2')).toEqual([expect.stringContaining(message)])
  })
})

describe('a job definition', () => {
  test('holds every option in the place where AWS Batch looks for it', () => {
    const definition = jobDefinition(
      {
        image,
        cpu: 1.5,
        memory: 8_000,
        gpu: 2,
        jobRole: role,
        executionRole: role,
        sharedMemory: 64,
        maxSwap: 100,
        swappiness: 10,
        tmpfs: true,
        hostVolumes: ['/data', { host: '/models', path: '/m', readOnly: true }],
        efsVolumes: [{ fileSystem: 'fs-12ab', root: '/x' }],
        trainium: 2,
        efa: 1,
        privileged: true,
        logDriver: 'awslogs',
        logOptions: { 'awslogs-group': 'mine' },
      },
      { platform: 'EC2', command: ['node', '-e', '0'] },
    )
    const device = (path: string) => ({ hostPath: path, containerPath: path, permissions: ['READ', 'WRITE'] })
    expect(definition).toMatchObject({
      type: 'container',
      platformCapabilities: ['EC2'],
      containerProperties: {
        image,
        command: ['node', '-e', '0'],
        jobRoleArn: role,
        executionRoleArn: role,
        resourceRequirements: [
          { type: 'VCPU', value: '2' },
          { type: 'MEMORY', value: '8000' },
          { type: 'GPU', value: '2' },
        ],
        linuxParameters: {
          initProcessEnabled: true,
          sharedMemorySize: 64,
          maxSwap: 100,
          swappiness: 10,
          tmpfs: [{ containerPath: '/millrace-tmp', size: 4_000 }],
          devices: [device('/dev/neuron0'), device('/dev/neuron1'), device('/dev/infiniband/uverbs0')],
        },
        ulimits: [{ name: 'memlock', softLimit: -1, hardLimit: -1 }],
        volumes: [
          { name: 'volume-0', host: { sourcePath: '/data' } },
          { name: 'volume-1', host: { sourcePath: '/models' } },
          { name: 'volume-2', efsVolumeConfiguration: { fileSystemId: 'fs-12ab', rootDirectory: '/x', transitEncryption: 'ENABLED' } },
        ],
        mountPoints: [
          { sourceVolume: 'volume-0', containerPath: '/data', readOnly: false },
          { sourceVolume: 'volume-1', containerPath: '/m', readOnly: true },
          { sourceVolume: 'volume-2', containerPath: '/mnt/fs-12ab', readOnly: false },
        ],
        privileged: true,
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'mine' } },
      },
    })
  })

  test('for Fargate says network, platform version and disk', () => {
    const fargate = jobDefinition({ image, cpu: 0.25, memory: 512, ephemeralStorage: 40, executionRole: role }, { platform: 'FARGATE' })
    expect(fargate.containerProperties).toMatchObject({
      networkConfiguration: { assignPublicIp: 'ENABLED' },
      fargatePlatformConfiguration: { platformVersion: 'LATEST' },
      ephemeralStorage: { sizeInGiB: 40 },
      resourceRequirements: [{ type: 'VCPU', value: '0.25' }, {}],
    })
  })

  test('has a name that follows from its content, whatever the order of the options', () => {
    const one = jobDefinition({ image, cpu: 2, memory: 100 }, { platform: 'EC2' })
    expect(one.jobDefinitionName).toMatch(/^millrace-[0-9a-f]{32}$/)
    expect(jobDefinition({ memory: 100, cpu: 2, image }, { platform: 'EC2' })).toEqual(one)
    const names = [
      jobDefinition({ image, cpu: 2, memory: 101 }, { platform: 'EC2' }),
      jobDefinition({ image, cpu: 2, memory: 100 }, { platform: 'EC2', command: ['a'] }),
      jobDefinition({ image, cpu: 2, memory: 100 }, { platform: 'FARGATE' }),
    ].map(({ jobDefinitionName }) => jobDefinitionName)
    expect(new Set([one.jobDefinitionName, ...names])).toHaveProperty('size', 4)
  })

  test('lets AWS Batch try again what infrastructure did, in the five rules that it allows, the last of which matches everything', () => {
    for (const platform of ['EC2', 'FARGATE'] as const) {
      const { attempts, evaluateOnExit = [] } = jobDefinition({ image }, { platform }).retryStrategy ?? {}
      expect(attempts).toBe(5)
      expect(evaluateOnExit).toHaveLength(5)
      expect(evaluateOnExit.slice(0, -1).every(({ action }) => action === 'RETRY')).toBe(true)
      expect(evaluateOnExit.at(-1)).toEqual({ onReason: '*', action: 'EXIT' })
    }
  })
})

describe('resources', () => {
  test('and batch give the larger of each, and nothing that neither names', () => {
    expect(mergeResources({ cpu: 8, memory: 100 }, { cpu: 2, memory: 60_000, gpu: 1, image }, 'EC2')).toEqual({
      cpu: 8,
      memory: 60_000,
      gpu: 1,
      image,
    })
    expect(mergeResources({}, {}, 'EC2')).toEqual({})
  })

  test('turn disk into ephemeral storage on Fargate only, and only above what is there anyway', () => {
    expect(mergeResources({ disk: 30_000 }, { disk: 10 }, 'FARGATE')).toEqual({ ephemeralStorage: 30 })
    expect(mergeResources({ disk: 20_480 }, {}, 'FARGATE')).toEqual({})
    expect(mergeResources({ disk: 30_000 }, {}, 'EC2')).toEqual({})
  })
})
