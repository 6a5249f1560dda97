import { Readable } from 'node:stream'
import * as batchModule from '@aws-sdk/client-batch'
import {
  Batch,
  type BatchClientConfig,
  type JobDetail,
  type RegisterJobDefinitionRequest,
  type SubmitJobRequest,
} from '@aws-sdk/client-batch'
import { CloudWatchLogs, GetLogEventsResponse$ } from '@aws-sdk/client-cloudwatch-logs'
import { expect, onTestFinished } from 'vitest'
import type { Devstack } from '../../devstack.ts'
import { type Schema, shapeProblems } from './response-shape.fixture.ts'

/** The response shapes of operations by their paths, as the SDK exports them. */
const shapes = new Map<string, Schema>()
for (const each of Object.values(batchModule)) {
  if (!Array.isArray(each) || each[0] !== 9) continue
  const [method, path] = (each[3] as unknown as { readonly http: readonly string[] }).http
  shapes.set(`${method} ${path}`, each[5] as unknown as Schema)
}

interface Exchange {
  readonly response: { readonly statusCode: number; body: unknown }
}
type Stack = {
  add(
    middleware: (next: (args: unknown) => Promise<Exchange>) => (args: unknown) => Promise<Exchange>,
    options: { readonly step: 'deserialize'; readonly priority: 'low' },
  ): void
}

/** Looks at every answer as it comes over the wire, before the SDK reads it: it must have the shape that the SDK has for it. */
function checkShapes(stack: Stack, shapeOf: (request: { readonly method: string; readonly path: string }) => Schema | undefined): void {
  stack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { response } = result
      const parts: Buffer[] = []
      for await (const part of response.body as AsyncIterable<Buffer>) parts.push(part)
      const body = Buffer.concat(parts)
      response.body = Readable.from([body])
      const { request } = args as { readonly request: { readonly method: string; readonly path: string } }
      const value: unknown = JSON.parse(body.toString())
      const shape = shapeOf(request)
      if (response.statusCode === 200) {
        expect(shape, `${request.method} ${request.path}`).toBeDefined()
        expect([...shapeProblems(shape as Schema, value)]).toEqual([])
      } else expect(value).toMatchObject({ message: expect.any(String) })
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
}

/** The SDK's client for Batch, one attempt a request; each answer is checked against the SDK's own shapes. */
export function createBatchClient(stack: Pick<Devstack, 'env'>, config: BatchClientConfig = {}): Batch {
  const client = new Batch({ ...clientConfig(stack), endpoint: stack.env.AWS_ENDPOINT_URL_BATCH, ...config })
  checkShapes(client.middlewareStack as unknown as Stack, ({ method, path }) =>
    path.startsWith('/v1/tags/') ? shapes.get(`${method} /v1/tags/{resourceArn}`) : shapes.get(`${method} ${path}`),
  )
  onTestFinished(() => client.destroy())
  return client
}

/** The SDK's client for CloudWatch Logs, checked in the same way. */
export function createLogsClient(stack: Pick<Devstack, 'env'>): CloudWatchLogs {
  const client = new CloudWatchLogs({ ...clientConfig(stack), endpoint: stack.env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS })
  checkShapes(client.middlewareStack as unknown as Stack, () => GetLogEventsResponse$ as unknown as Schema)
  onTestFinished(() => client.destroy())
  return client
}

function clientConfig({ env }: Pick<Devstack, 'env'>) {
  return {
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    maxAttempts: 1,
  }
}

/** Registers a definition that runs a program of Node, and gives its ARN. */
export async function register(
  client: Batch,
  { containerProperties, ...rest }: Partial<RegisterJobDefinitionRequest> & { readonly code?: string } = {},
): Promise<string> {
  const { code = '0', ...request } = rest
  const { jobDefinitionArn = '' } = await client.registerJobDefinition({
    jobDefinitionName: 'definition',
    type: 'container',
    containerProperties: {
      image: 'node:24-slim',
      command: ['node', '-e', code],
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '512' },
      ],
      ...containerProperties,
    },
    ...request,
  })
  return jobDefinitionArn
}

/** Registers and submits at once, and gives the job's id. */
export async function submit(
  client: Batch,
  code: string,
  { definition = {}, ...request }: Partial<SubmitJobRequest> & { readonly definition?: Partial<RegisterJobDefinitionRequest> } = {},
): Promise<string> {
  const jobDefinition = await register(client, { code, ...definition })
  const { jobId = '' } = await client.submitJob({ jobName: 'job', jobQueue: 'millrace', jobDefinition, ...request })
  return jobId
}

/** A job as it is told now. */
export async function jobOf(client: Batch, id: string): Promise<JobDetail> {
  const { jobs: [job] = [] } = await client.describeJobs({ jobs: [id] })
  if (!job) throw new Error(`There is no job ${id}.`)
  return job
}

/** A job when it has ended. */
export async function ended(client: Batch, id: string): Promise<JobDetail> {
  return reach(client, id, 'SUCCEEDED', 'FAILED')
}

/** A job when it is in one of these states. */
export async function reach(client: Batch, id: string, ...statuses: readonly string[]): Promise<JobDetail> {
  let job = await jobOf(client, id)
  await expect
    .poll(
      async () => {
        job = await jobOf(client, id)
        return statuses.includes(job.status ?? '')
      },
      { timeout: 20_000, interval: 20, message: `${id} becomes ${statuses.join(' or ')}` },
    )
    .toBe(true)
  return job
}

/** What a container wrote. */
export async function linesOf(client: CloudWatchLogs, job: JobDetail): Promise<readonly string[]> {
  const { events = [] } = await client.getLogEvents({
    logGroupName: '/aws/batch/job',
    logStreamName: job.container?.logStreamName,
    startFromHead: true,
  })
  return events.map(({ message = '' }) => message)
}
