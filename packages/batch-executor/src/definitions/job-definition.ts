import { createHash } from 'node:crypto'
import type { ContainerProperties, LinuxParameters, MountPoint, RegisterJobDefinitionRequest, Volume } from '@aws-sdk/client-batch'
import { retryStrategy } from '../failures/retry-strategy.ts'
import { type ContainerOptions, containerDefaults, type Platform } from './container-options.ts'

/** What makes a job definition, beside the container's options. */
export interface DefinitionOptions {
  readonly platform: Platform
  /** A command that many jobs share; up to about 20 kB. Without it each job brings its own. */
  readonly command?: readonly string[]
}

/**
 * The request that registers the job definition of these options, which {@link checkContainerOptions} has found right.
 * Its name is `millrace-` and 32 digits of the hash of its content, so that whoever asks for the same gets the same one.
 * Nothing of a single job is in it: no environment, no parameters, no tags.
 */
export function jobDefinition(options: ContainerOptions, { platform, command }: DefinitionOptions): RegisterJobDefinitionRequest {
  const content = {
    type: 'container' as const,
    platformCapabilities: [platform],
    containerProperties: containerProperties(options, { platform, ...(command ? { command } : {}) }),
    retryStrategy: retryStrategy(undefined, platform),
  }
  const hash = createHash('sha256').update(canonicalJson(content)).digest('hex')
  return { jobDefinitionName: `millrace-${hash.slice(0, 32)}`, ...content }
}

/** The content as JSON in which the order of fields says nothing. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

function containerProperties(options: ContainerOptions, { platform, command }: DefinitionOptions): ContainerProperties {
  const { image, cpu = containerDefaults.cpu, memory = containerDefaults.memory, gpu = 0 } = options
  const { volumes, mountPoints } = mounts(options)
  const logs = options.logDriver !== undefined || options.logOptions !== undefined
  return {
    image,
    ...(command ? { command: [...command] } : {}),
    ...(options.jobRole === undefined ? {} : { jobRoleArn: options.jobRole }),
    ...(options.executionRole === undefined ? {} : { executionRoleArn: options.executionRole }),
    resourceRequirements: [
      { type: 'VCPU', value: String(platform === 'EC2' ? Math.ceil(cpu) : cpu) },
      { type: 'MEMORY', value: String(memory) },
      ...(gpu > 0 ? [{ type: 'GPU' as const, value: String(gpu) }] : []),
    ],
    linuxParameters: linuxParameters(options, memory),
    ...(volumes.length > 0 ? { volumes, mountPoints } : {}),
    ...(options.privileged ? { privileged: true } : {}),
    ...(options.efa ? { ulimits: [{ name: 'memlock', softLimit: -1, hardLimit: -1 }] } : {}),
    ...(logs ? { logConfiguration: { logDriver: (options.logDriver ?? 'awslogs') as 'awslogs', options: { ...options.logOptions } } } : {}),
    ...(platform === 'FARGATE'
      ? {
          networkConfiguration: { assignPublicIp: options.assignPublicIp === false ? 'DISABLED' : 'ENABLED' },
          fargatePlatformConfiguration: { platformVersion: 'LATEST' },
          ...(options.ephemeralStorage === undefined ? {} : { ephemeralStorage: { sizeInGiB: options.ephemeralStorage } }),
        }
      : {}),
  }
}

function linuxParameters(options: ContainerOptions, memory: number): LinuxParameters {
  const devices = [
    ...devicePaths('/dev/neuron', Math.max(options.inferentia ?? 0, options.trainium ?? 0)),
    ...devicePaths('/dev/infiniband/uverbs', options.efa ?? 0),
  ]
  const tmpfs = options.tmpfs === true ? {} : options.tmpfs || undefined
  return {
    // Without an init process a program that handles no SIGTERM ignores it, and its children are left over.
    initProcessEnabled: true,
    ...(devices.length > 0
      ? { devices: devices.map((path) => ({ hostPath: path, containerPath: path, permissions: ['READ' as const, 'WRITE' as const] })) }
      : {}),
    ...(options.sharedMemory === undefined ? {} : { sharedMemorySize: options.sharedMemory }),
    ...(options.maxSwap === undefined ? {} : { maxSwap: options.maxSwap }),
    ...(options.swappiness === undefined ? {} : { swappiness: options.swappiness }),
    ...(tmpfs
      ? {
          tmpfs: [
            {
              containerPath: tmpfs.path ?? '/millrace-tmp',
              size: tmpfs.size ?? Math.floor(memory / 2),
              ...(tmpfs.options ? { mountOptions: [...tmpfs.options] } : {}),
            },
          ],
        }
      : {}),
  }
}

function devicePaths(front: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${front}${index}`)
}

function mounts({ hostVolumes = [], efsVolumes = [] }: ContainerOptions): { volumes: Volume[]; mountPoints: MountPoint[] } {
  const volumes: Volume[] = []
  const mountPoints: MountPoint[] = []
  const mount = (volume: Volume, containerPath: string, readOnly: boolean): void => {
    const name = `volume-${volumes.length}`
    volumes.push({ name, ...volume })
    mountPoints.push({ sourceVolume: name, containerPath, readOnly })
  }
  for (const volume of hostVolumes) {
    const { host, path = host, readOnly = false } = typeof volume === 'string' ? { host: volume } : volume
    mount({ host: { sourcePath: host } }, path, readOnly)
  }
  for (const volume of efsVolumes) {
    const { fileSystem, path = `/mnt/${fileSystem}`, root, readOnly = false } = typeof volume === 'string' ? { fileSystem: volume } : volume
    const efs = { fileSystemId: fileSystem, transitEncryption: 'ENABLED' as const, ...(root === undefined ? {} : { rootDirectory: root }) }
    mount({ efsVolumeConfiguration: efs }, path, readOnly)
  }
  return { volumes, mountPoints }
}
