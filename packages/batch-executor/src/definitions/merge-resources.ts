import type { ContainerOptions } from './container-options.ts'

/** What a task needs, wherever it runs. Memory, disk and shared memory are in MB. */
export interface ResourceNeeds {
  readonly cpu?: number
  readonly gpu?: number
  readonly memory?: number
  readonly disk?: number
  readonly sharedMemory?: number
}

/** Fargate gives this much disk without being asked, in MB. */
const fargateDiskMiB = 20 * 1_024

/**
 * What the container gets: of `resources` and `batch` the larger of each, as in Metaflow. Names of which neither says anything stay absent.
 * `disk` becomes `ephemeralStorage` where the platform is Fargate and it is more than the 20 GiB that are there anyway; EC2 has no disk of a job's own.
 */
export function mergeResources<Options extends Partial<ContainerOptions> & ResourceNeeds>(
  resources: ResourceNeeds,
  batch: Options,
  platform: 'EC2' | 'FARGATE',
): Omit<Options, 'disk'> {
  const { disk, ...rest } = batch
  const larger = (name: 'cpu' | 'gpu' | 'memory' | 'sharedMemory'): object => {
    const values = [resources[name], batch[name]].filter((value) => value !== undefined)
    return values.length === 0 ? {} : { [name]: Math.max(...values) }
  }
  const diskMiB = Math.max(resources.disk ?? 0, disk ?? 0)
  const storage = Math.max(batch.ephemeralStorage ?? 0, diskMiB > fargateDiskMiB ? Math.ceil(diskMiB / 1_024) : 0)
  return {
    ...rest,
    ...larger('cpu'),
    ...larger('gpu'),
    ...larger('memory'),
    ...larger('sharedMemory'),
    ...(platform === 'FARGATE' && storage > 0 ? { ephemeralStorage: storage } : {}),
  }
}
