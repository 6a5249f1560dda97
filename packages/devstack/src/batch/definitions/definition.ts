/** A name and its value, as in an environment. */
export interface KeyValue {
  readonly name?: string
  readonly value?: string
}

/** vCPUs, memory or GPUs that a container asks for; the value is a number as text. */
export interface ResourceRequirement {
  readonly type: 'VCPU' | 'MEMORY' | 'GPU'
  readonly value: string
}

/** What the devstack reads of a container's properties; all else is kept and given back. */
export interface ContainerProperties {
  readonly image?: string
  readonly command?: readonly string[]
  readonly environment?: readonly KeyValue[]
  readonly jobRoleArn?: string
  readonly executionRoleArn?: string
  readonly resourceRequirements?: readonly ResourceRequirement[]
  readonly vcpus?: number
  readonly memory?: number
  readonly linuxParameters?: { readonly initProcessEnabled?: boolean }
  readonly logConfiguration?: { readonly logDriver?: string; readonly options?: Readonly<Record<string, string>> }
}

/** When an attempt that failed is followed by another one. */
export interface RetryStrategy {
  /** 1 to 10, the first included. */
  readonly attempts?: number
  readonly evaluateOnExit?: readonly RetryRule[]
}

/** What to do about an attempt of which all given patterns are true. */
export interface RetryRule {
  readonly onStatusReason?: string
  readonly onReason?: string
  readonly onExitCode?: string
  readonly action: string
}

/** A revision of a job definition. */
export interface JobDefinition {
  readonly name: string
  readonly revision: number
  readonly arn: string
  readonly platform: 'EC2' | 'FARGATE'
  readonly container: ContainerProperties
  readonly parameters: Readonly<Record<string, string>>
  readonly retryStrategy?: RetryStrategy
  readonly timeoutSeconds?: number
  readonly propagateTags?: boolean
  readonly schedulingPriority?: number
  active: boolean
}
