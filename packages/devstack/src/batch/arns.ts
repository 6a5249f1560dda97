/** The only account of the stack. */
export const accountId = '000000000000'

/** Names things of Batch as AWS does. */
export class Arns {
  readonly #region: string

  constructor(region: string) {
    this.#region = region
  }

  job(id: string): string {
    return this.#of('job', id)
  }

  queue(name: string): string {
    return this.#of('job-queue', name)
  }

  environment(name: string): string {
    return this.#of('compute-environment', name)
  }

  definition(name: string, revision: number): string {
    return this.#of('job-definition', `${name}:${revision}`)
  }

  cluster(environment: string): string {
    return `arn:aws:ecs:${this.#region}:${accountId}:cluster/AWSBatch-${environment}`
  }

  task(environment: string, id: string): string {
    return `arn:aws:ecs:${this.#region}:${accountId}:task/AWSBatch-${environment}/${id}`
  }

  instance(environment: string, host: string): string {
    return `arn:aws:ecs:${this.#region}:${accountId}:container-instance/AWSBatch-${environment}/${host.slice(2).padStart(32, '0')}`
  }

  /** A name, from a name or from an ARN of this kind. */
  name(text: string, kind: 'job-queue' | 'compute-environment' | 'job-definition' | 'job'): string {
    const start = this.#of(kind, '')
    return text.startsWith(start) ? text.slice(start.length) : text
  }

  #of(kind: string, name: string): string {
    return `arn:aws:batch:${this.#region}:${accountId}:${kind}/${name}`
  }
}
