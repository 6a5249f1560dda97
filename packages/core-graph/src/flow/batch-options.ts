import type { Resources } from './step.ts'

/** What AWS Batch gives a step. Memory is in MB; where nothing is said a step gets 1 cpu and 4,096 MB, and the queue, image and roles of the settings. */
export interface BatchOptions extends Resources {
  readonly image?: string
  /** A name or an ARN. */
  readonly queue?: string
  /** The ARN of the role that the step's code has. */
  readonly jobRole?: string
  /** The ARN of the role that pulls the image and writes logs. */
  readonly executionRole?: string
  /** Swap in MB, 0 for none. EC2 only. */
  readonly maxSwap?: number
  /** 0 to 100. EC2 only, and only with `maxSwap`. */
  readonly swappiness?: number
  /** Memory as a file system: `true` for half of the memory at `/millrace-tmp`. EC2 only. */
  readonly tmpfs?: boolean | { readonly path?: string; readonly size?: number; readonly options?: readonly string[] }
  /** Disk in GiB, 21 to 200. Fargate only. */
  readonly ephemeralStorage?: number
  /** Folders of the instance: paths, or with more to say. EC2 only. */
  readonly hostVolumes?: readonly (string | { readonly host: string; readonly path?: string; readonly readOnly?: boolean })[]
  /** EFS file systems by id, or with more to say. */
  readonly efsVolumes?: readonly (
    | string
    | { readonly fileSystem: string; readonly path?: string; readonly root?: string; readonly readOnly?: boolean }
  )[]
  /** AWS Inferentia devices. EC2 only. */
  readonly inferentia?: number
  /** AWS Trainium devices. EC2 only. */
  readonly trainium?: number
  /** Elastic Fabric Adapter devices. EC2 only. */
  readonly efa?: number
  /** All devices and rights of the instance's root. EC2 only. */
  readonly privileged?: boolean
  /** On the job, for who looks at costs. At most 50. */
  readonly tags?: Readonly<Record<string, string>>
  /** Default `awslogs`: CloudWatch Logs. What a task writes is in the datastore in any case. */
  readonly logDriver?: string
  readonly logOptions?: Readonly<Record<string, string>>
  /** Whether a Fargate container gets a public address. Default `true`. */
  readonly assignPublicIp?: boolean
}

/** The kind of each of {@link BatchOptions}, for checks at run time and for `--with`. */
export const batchOptionKinds: Readonly<Record<keyof BatchOptions, 'amount' | 'text' | 'switch' | 'list' | 'table' | 'switch or object'>> =
  {
    cpu: 'amount',
    gpu: 'amount',
    memory: 'amount',
    disk: 'amount',
    sharedMemory: 'amount',
    image: 'text',
    queue: 'text',
    jobRole: 'text',
    executionRole: 'text',
    maxSwap: 'amount',
    swappiness: 'amount',
    tmpfs: 'switch or object',
    ephemeralStorage: 'amount',
    hostVolumes: 'list',
    efsVolumes: 'list',
    inferentia: 'amount',
    trainium: 'amount',
    efa: 'amount',
    privileged: 'switch',
    tags: 'table',
    logDriver: 'text',
    logOptions: 'table',
    assignPublicIp: 'switch',
  }
