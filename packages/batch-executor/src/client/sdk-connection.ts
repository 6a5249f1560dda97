import type { BatchClient } from '@aws-sdk/client-batch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { CallName, Calls, Connection } from './connection.ts'

/** How AWS is reached. What is absent comes from AWS's own places: environment, profile, instance. */
export interface SdkOptions {
  readonly region?: string
  /** The address of AWS Batch. CloudWatch Logs is asked there too, unless `logsEndpoint` says otherwise. */
  readonly endpoint?: string
  readonly logsEndpoint?: string
}

interface Command {
  new (input: unknown): object
}

interface Loaded {
  readonly client: { send(command: object, options: { abortSignal?: AbortSignal }): Promise<unknown> } & (
    | BatchClient
    | CloudWatchLogsClient
  )
  readonly commands: Readonly<Record<string, unknown>>
}

/** A connection through the AWS SDK, of which each client is imported with the first call that needs it. */
export function createSdkConnection({ region, endpoint, logsEndpoint = endpoint }: SdkOptions): Connection {
  const common = {
    ...(region === undefined ? {} : { region }),
    // Retries need to know what a call does: see call-aws.ts.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  }
  const at = (address: string | undefined): object => (address === undefined ? {} : { endpoint: address })
  let batch: Promise<Loaded> | undefined
  let logs: Promise<Loaded> | undefined
  const loadBatch = async (): Promise<Loaded> => {
    const commands = await import('@aws-sdk/client-batch')
    return { commands, client: new commands.BatchClient({ ...common, ...at(endpoint) }) as unknown as Loaded['client'] }
  }
  const loadLogs = async (): Promise<Loaded> => {
    const commands = await import('@aws-sdk/client-cloudwatch-logs')
    return { commands, client: new commands.CloudWatchLogsClient({ ...common, ...at(logsEndpoint) }) as unknown as Loaded['client'] }
  }
  const load = (name: CallName): Promise<Loaded> => {
    if (name === 'GetLogEvents') {
      logs ??= loadLogs()
      return logs
    }
    batch ??= loadBatch()
    return batch
  }
  return {
    async region() {
      const { client } = await load('DescribeJobs')
      return await client.config.region()
    },
    async call<Name extends CallName>(name: Name, input: Calls[Name][0], signal?: AbortSignal) {
      const { client, commands } = await load(name)
      const command = new (commands[`${name}Command`] as Command)(input)
      return (await client.send(command, signal ? { abortSignal: signal } : {})) as Calls[Name][1]
    },
    close() {
      for (const loading of [batch, logs]) loading?.then(({ client }) => client.destroy()).catch(() => undefined)
    },
  }
}
