import type { RegisterJobDefinitionRequest } from '@aws-sdk/client-batch'
import type { Aws } from '../client/aws.ts'
import type { DiskCache } from '../disk-cache.ts'

/** The most that AWS Batch takes for a job definition. */
const definitionLimitBytes = 24 * 1_024

/** Where a job definition belongs: those of other regions, endpoints and queues are other ones. */
export interface DefinitionPlace {
  readonly endpoint: string
  /** The queue's ARN, which names the account too. */
  readonly queueArn: string
}

/**
 * Finds job definitions by the name that is their content, and registers those that are not there.
 * Looked up once in a process, then kept on disk: a machine that has used a definition asks nothing. AWS keeps every revision for ever, so it looks before it registers.
 */
export class DefinitionRegister {
  readonly #aws: Aws
  readonly #disk: DiskCache
  readonly #known = new Map<string, Promise<string>>()

  constructor(aws: Aws, disk: DiskCache) {
    this.#aws = aws
    this.#disk = disk
  }

  /** The ARN of the active job definition with this content. @throws RangeError where it is too long for AWS Batch; BatchError. */
  async arn(definition: RegisterJobDefinitionRequest, place: DefinitionPlace, signal?: AbortSignal): Promise<string> {
    const sizeBytes = Buffer.byteLength(JSON.stringify(definition))
    if (sizeBytes > definitionLimitBytes)
      throw new RangeError(
        `The job definition is ${sizeBytes} bytes long, and AWS Batch takes ${definitionLimitBytes}. Make the command shorter: let it fetch its code.`,
      )
    const key = await this.#key(definition, place)
    let asked = this.#known.get(key)
    if (!asked) {
      asked = this.#find(definition, key, signal)
      this.#known.set(key, asked)
      asked.catch(() => this.#known.delete(key))
    }
    return await asked
  }

  /** Forgets a definition: AWS Batch does not know it any more. */
  async forget(definition: RegisterJobDefinitionRequest, place: DefinitionPlace): Promise<void> {
    const key = await this.#key(definition, place)
    this.#known.delete(key)
    await this.#disk.delete(key)
  }

  async #find(definition: RegisterJobDefinitionRequest, key: string, signal?: AbortSignal): Promise<string> {
    const kept = await this.#disk.read(key)
    if (typeof kept === 'string') return kept
    const name = definition.jobDefinitionName ?? ''
    const options = { subject: name, ...(signal ? { signal } : {}) }
    const { jobDefinitions = [] } = await this.#aws.call(
      'DescribeJobDefinitions',
      { jobDefinitionName: name, status: 'ACTIVE' },
      { ...options, purpose: `look up the job definition ${name}` },
    )
    const newest = [...jobDefinitions].sort((one, other) => (other.revision ?? 0) - (one.revision ?? 0))[0]
    const arn =
      newest?.jobDefinitionArn ?? (await this.#registerNow(definition, { ...options, purpose: `register the job definition ${name}` }))
    await this.#disk.write(key, arn)
    return arn
  }

  async #registerNow(
    definition: RegisterJobDefinitionRequest,
    options: { readonly purpose: string; readonly subject: string; readonly signal?: AbortSignal },
  ): Promise<string> {
    const { jobDefinitionArn = '' } = await this.#aws.call('RegisterJobDefinition', definition, options)
    return jobDefinitionArn
  }

  async #key({ jobDefinitionName }: RegisterJobDefinitionRequest, { endpoint, queueArn }: DefinitionPlace): Promise<string> {
    return ['definition', await this.#aws.region(), endpoint, queueArn, jobDefinitionName].join(' ')
  }
}
