import type { Job } from '../machine/jobs/job.ts'
import { parentId } from '../machine/jobs/job.ts'

/** What containers are told of the stack. */
export interface StackAddress {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly region: string
}

/** What the container of an attempt runs, and with which environment: as AWS gives it, and with the way to the stack's own services. */
export function containerSettings(
  job: Job,
  {
    attempt,
    taskId,
    environmentName,
    arraySize,
    address: { url, region },
    token,
  }: {
    /** From 1 on. */
    readonly attempt: number
    readonly taskId: string
    /** Of the compute environment. */
    readonly environmentName: string
    readonly arraySize: number | undefined
    readonly address: StackAddress
    /** Of a container that has a role. */
    readonly token: string | undefined
  },
): { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { spec, index } = job
  const own: Record<string, string> = {}
  for (const { name, value = '' } of spec.container.environment ?? []) if (name !== undefined) own[name] = value
  const command = spec.container.command ?? []
  return {
    command: command.map((word) => word.replaceAll(/Ref::([\w.-]+)/g, (whole, name: string) => spec.parameters[name] ?? whole)),
    env: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: spec.platform === 'FARGATE' ? 'AWS_ECS_FARGATE' : 'AWS_ECS_EC2',
      AWS_ENDPOINT_URL_S3: url,
      AWS_ENDPOINT_URL_BATCH: url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
      ECS_CONTAINER_METADATA_URI_V4: `${url}/_dev/metadata/${taskId}`,
      ...(token === undefined
        ? {}
        : { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/_dev/credentials/${taskId}`, AWS_CONTAINER_AUTHORIZATION_TOKEN: token }),
      ...own,
      AWS_BATCH_JOB_ID: job.id,
      AWS_BATCH_JOB_ATTEMPT: String(attempt),
      AWS_BATCH_JQ_NAME: spec.queue,
      AWS_BATCH_CE_NAME: environmentName,
      ...(index === undefined ? {} : { AWS_BATCH_JOB_ARRAY_INDEX: String(index) }),
      ...(arraySize === undefined ? {} : { AWS_BATCH_JOB_ARRAY_SIZE: String(arraySize) }),
    },
  }
}

/** How many children the array of a child has; `undefined` of a job that is no child. */
export function arraySizeOf(jobs: ReadonlyMap<string, Job>, job: Job): number | undefined {
  return jobs.get(parentId(job) ?? '')?.array?.size
}
