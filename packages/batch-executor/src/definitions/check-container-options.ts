import { type ContainerOptions, containerDefaults, type Platform } from './container-options.ts'
import { fargateProblem } from './fargate-sizes.ts'

const ec2Only: readonly (keyof ContainerOptions)[] = [
  'gpu',
  'sharedMemory',
  'maxSwap',
  'swappiness',
  'tmpfs',
  'hostVolumes',
  'inferentia',
  'trainium',
  'efa',
  'privileged',
]

/** The log drivers that Fargate has. Source: `LogConfiguration` in the API reference of AWS Batch. */
const fargateLogDrivers = ['awslogs', 'splunk', 'awsfirelens']

const atLeast: ReadonlyMap<keyof ContainerOptions, { readonly least: number; readonly whole: boolean }> = new Map([
  ['memory', { least: 4, whole: true }],
  ['gpu', { least: 0, whole: true }],
  ['sharedMemory', { least: 1, whole: true }],
  ['maxSwap', { least: 0, whole: true }],
  ['swappiness', { least: 0, whole: true }],
  ['ephemeralStorage', { least: 21, whole: true }],
  ['inferentia', { least: 0, whole: true }],
  ['trainium', { least: 0, whole: true }],
  ['efa', { least: 0, whole: true }],
])

/**
 * Checks what a container asks for against what the platform has, before anything is sent.
 *
 * @throws RangeError with every problem, a line each.
 */
export function checkContainerOptions(options: ContainerOptions, platform: Platform): void {
  const problems = [...anywhere(options), ...(platform === 'FARGATE' ? onFargate(options) : onEc2(options))]
  if (problems.length > 0) throw new RangeError(problems.join('\n'))
}

function* anywhere(options: ContainerOptions): Generator<string> {
  if (options.image === '' || /\s/.test(options.image))
    yield `The image ${JSON.stringify(options.image)} is not the name of an image, such as node:24-slim.`
  const { cpu, swappiness, maxSwap, inferentia = 0, trainium = 0 } = options
  if (cpu !== undefined && !(Number.isFinite(cpu) && cpu > 0)) yield `cpu must be a number above 0, and ${cpu} is not.`
  for (const [name, { least, whole }] of atLeast) {
    const value = options[name]
    if (value === undefined) continue
    const fits = typeof value === 'number' && value >= least && (!whole || Number.isSafeInteger(value))
    if (!fits) yield `${name} must be a whole number from ${least}, and ${JSON.stringify(value)} is not.`
  }
  if (swappiness !== undefined && swappiness > 100) yield `swappiness must be from 0 to 100, and ${swappiness} is not.`
  if (swappiness !== undefined && maxSwap === undefined) yield 'swappiness has no effect without maxSwap. Give both.'
  if (inferentia > 0 && trainium > 0) yield 'inferentia and trainium cannot be asked for together: no instance has both. Give one of them.'
  for (const name of ['jobRole', 'executionRole'] as const) {
    const role = options[name]
    if (role !== undefined && !/^arn:[^:]+:iam::\d{12}:role\/.+/.test(role))
      yield `${name} must be the ARN of a role, arn:aws:iam::123456789012:role/NAME, and ${JSON.stringify(role)} is not.`
  }
  for (const volume of options.efsVolumes ?? []) {
    const id = typeof volume === 'string' ? volume : volume.fileSystem
    if (!/^fs-[0-9a-f]+$/.test(id)) yield `An EFS volume is named by its file system's id, fs-..., and ${JSON.stringify(id)} is not one.`
  }
  for (const volume of options.hostVolumes ?? []) {
    const { host, path = host } = typeof volume === 'string' ? { host: volume } : volume
    if (!host.startsWith('/') || !path.startsWith('/'))
      yield `A host volume is an absolute path on the instance and in the container, and ${JSON.stringify(host)} at ${JSON.stringify(path)} is not.`
  }
}

function* onFargate(options: ContainerOptions): Generator<string> {
  for (const name of ec2Only) {
    const value = options[name]
    const asks = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false && value !== 0
    if (asks) yield `${name} cannot be had on Fargate. Use a queue of EC2 instances, or leave it out.`
  }
  const size = fargateProblem(options.cpu ?? containerDefaults.cpu, options.memory ?? containerDefaults.memory)
  if (size !== undefined) yield size
  if (options.executionRole === undefined)
    yield 'Fargate needs an execution role, which pulls the image and writes the logs. Give executionRole the ARN of one.'
  if (options.ephemeralStorage !== undefined && options.ephemeralStorage > 200)
    yield `ephemeralStorage is at most 200 GiB on Fargate, and ${options.ephemeralStorage} is more.`
  if (options.logDriver !== undefined && !fargateLogDrivers.includes(options.logDriver))
    yield `The log driver ${options.logDriver} does not exist on Fargate. It has ${fargateLogDrivers.join(', ')}.`
}

function* onEc2(options: ContainerOptions): Generator<string> {
  if (options.ephemeralStorage !== undefined)
    yield 'ephemeralStorage cannot be had on EC2: the disk belongs to the instance. Leave it out, or give the instances a larger disk in their launch template.'
}
