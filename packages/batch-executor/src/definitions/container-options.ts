/** Memory as a file system in the container. */
export interface TmpfsOptions {
  /** Where it is mounted. Default `/millrace-tmp`. */
  readonly path?: string
  /** In MB. Default half of the job's memory. */
  readonly size?: number
  /** Mount options such as `noexec`. Default none. */
  readonly options?: readonly string[]
}

/** A folder of the EC2 instance in the container. */
export interface HostVolume {
  readonly host: string
  /** Where it is mounted. Default the same path. */
  readonly path?: string
  readonly readOnly?: boolean
}

/** An EFS file system in the container, encrypted on its way. */
export interface EfsVolume {
  /** `fs-...`. */
  readonly fileSystem: string
  /** Where it is mounted. Default `/mnt/` and the file system's id. */
  readonly path?: string
  /** The folder of the file system. Default its root. */
  readonly root?: string
  readonly readOnly?: boolean
}

/**
 * What a job's container is and gets. Memory is in MB, which AWS Batch counts as MiB.
 * Together with the platform these are the job definition: jobs that differ in nothing here share one.
 */
export interface ContainerOptions {
  readonly image: string
  /** Virtual CPUs: on EC2 whole ones, rounded up; on Fargate one of its sizes. Default 1. */
  readonly cpu?: number
  /** Main memory in MB: the job dies when it takes more. Default 4,096. */
  readonly memory?: number
  readonly gpu?: number
  /** The ARN of the role that the code in the container has. */
  readonly jobRole?: string
  /** The ARN of the role that pulls the image and writes logs. Fargate needs it. */
  readonly executionRole?: string
  /** `/dev/shm`, in MB. EC2 only. */
  readonly sharedMemory?: number
  /** Swap in MB, 0 for none. EC2 only. */
  readonly maxSwap?: number
  /** 0 to 100. EC2 only, and only with `maxSwap`. */
  readonly swappiness?: number
  /** Memory as a file system: `true` for half of the job's memory at `/millrace-tmp`. EC2 only. */
  readonly tmpfs?: boolean | TmpfsOptions
  /** Disk in GiB, 21 to 200. Fargate only, which gives 20 without it. */
  readonly ephemeralStorage?: number
  /** Folders of the instance: paths, or with more to say. EC2 only. */
  readonly hostVolumes?: readonly (string | HostVolume)[]
  /** File systems by id, or with more to say. */
  readonly efsVolumes?: readonly (string | EfsVolume)[]
  /** AWS Inferentia devices, from `/dev/neuron0` on. EC2 only; not together with `trainium`. */
  readonly inferentia?: number
  /** AWS Trainium devices, from `/dev/neuron0` on. EC2 only. */
  readonly trainium?: number
  /** Elastic Fabric Adapter devices, from `/dev/infiniband/uverbs0` on. EC2 only. */
  readonly efa?: number
  /** All devices and rights of the instance's root. EC2 only. */
  readonly privileged?: boolean
  /** Default `awslogs`, which goes to CloudWatch Logs in the group `/aws/batch/job`. */
  readonly logDriver?: string
  readonly logOptions?: Readonly<Record<string, string>>
  /** Whether a Fargate container gets an address that reaches the internet, to pull images and fetch. Default `true`; turn it off where the subnet has a NAT. */
  readonly assignPublicIp?: boolean
}

/** Where a queue's containers run. */
export type Platform = 'EC2' | 'FARGATE'

/** What a container gets where nothing is said. */
export const containerDefaults = { cpu: 1, memory: 4_096 } as const
