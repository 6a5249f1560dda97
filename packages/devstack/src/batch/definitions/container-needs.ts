import { clientError } from '../batch-error.ts'
import type { ContainerProperties, ResourceRequirement } from './definition.ts'

/** What a container takes of a host: by resource requirements, or by the older `vcpus` and `memory`. */
export function containerNeeds({ resourceRequirements = [], vcpus, memory }: ContainerProperties): {
  readonly vcpus: number
  readonly memoryMiB: number
} {
  const value = (type: ResourceRequirement['type']): number | undefined => {
    const text = resourceRequirements.find((each) => each.type === type)?.value
    return text === undefined ? undefined : Number(text)
  }
  return { vcpus: value('VCPU') ?? vcpus ?? 0, memoryMiB: value('MEMORY') ?? memory ?? 0 }
}

/**
 * Checks what a container asks for. On Fargate vCPUs and memory come in pairs.
 *
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html @throws BatchError ClientException.
 */
export function checkNeeds(container: ContainerProperties, platform: 'EC2' | 'FARGATE'): void {
  for (const { type, value } of container.resourceRequirements ?? []) {
    if (type !== 'VCPU' && type !== 'MEMORY' && type !== 'GPU')
      throw clientError(`The type of a resource requirement must be VCPU, MEMORY or GPU, not ${type}`)
    const form = type === 'VCPU' && platform === 'FARGATE' ? /^\d+(\.\d+)?$/ : /^\d+$/
    if (!form.test(value)) throw clientError(`The value of resource requirement ${type} should match valid pattern`)
  }
  const { vcpus, memoryMiB } = containerNeeds(container)
  if (!(vcpus > 0)) throw clientError('VCPUs must be greater than zero')
  if (!(memoryMiB >= 4)) throw clientError('Memory must be at least 4 MiB')
  if (platform !== 'FARGATE') return
  const memories = fargateMemories.get(vcpus)
  if (!memories) throw clientError(`Fargate vCPU must be one of ${[...fargateMemories.keys()].join(', ')}, not ${vcpus}`)
  if (!memories.includes(memoryMiB)) throw clientError(`Fargate memory ${memoryMiB} is not supported with ${vcpus} vCPU`)
}

/** In MiB, in steps of whole GiB. */
function steps(firstGiB: number, lastGiB: number, stepGiB = 1): readonly number[] {
  return Array.from({ length: (lastGiB - firstGiB) / stepGiB + 1 }, (_, index) => (firstGiB + index * stepGiB) * 1_024)
}

/** What goes with a number of vCPUs, in MiB. */
const fargateMemories: ReadonlyMap<number, readonly number[]> = new Map([
  [0.25, [512, 1_024, 2_048]],
  [0.5, steps(1, 4)],
  [1, steps(2, 8)],
  [2, steps(4, 16)],
  [4, steps(8, 30)],
  [8, steps(16, 60, 4)],
  [16, steps(32, 120, 8)],
  [32, [61_440, 122_880, 249_856]],
])
