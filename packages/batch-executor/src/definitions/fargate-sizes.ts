/** A number of vCPUs that Fargate has, and the memory that it takes, in MiB. */
export interface FargateSize {
  readonly cpu: number
  readonly memoriesMiB: readonly number[]
}

/**
 * The pairs of vCPU and memory that AWS Batch takes on Fargate, in ascending order; any other pair is refused.
 *
 * Source: `ResourceRequirement` in the API reference of AWS Batch, https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html
 */
export const fargateSizes: readonly FargateSize[] = [
  { cpu: 0.25, memoriesMiB: [512, 1_024, 2_048] },
  { cpu: 0.5, memoriesMiB: steps(1, 4, 1) },
  { cpu: 1, memoriesMiB: steps(2, 8, 1) },
  { cpu: 2, memoriesMiB: steps(4, 16, 1) },
  { cpu: 4, memoriesMiB: steps(8, 30, 1) },
  { cpu: 8, memoriesMiB: steps(16, 60, 4) },
  { cpu: 16, memoriesMiB: steps(32, 120, 8) },
  { cpu: 32, memoriesMiB: [61_440, 122_880, 249_856] },
]

function steps(firstGiB: number, lastGiB: number, stepGiB: number): readonly number[] {
  return Array.from({ length: (lastGiB - firstGiB) / stepGiB + 1 }, (_, index) => (firstGiB + index * stepGiB) * 1_024)
}

/** The smallest pair that has both at least `cpu` and at least `memoryMiB`, or `undefined` where Fargate has nothing that large. */
export function nearestFargateSize(cpu: number, memoryMiB: number): { readonly cpu: number; readonly memoryMiB: number } | undefined {
  for (const size of fargateSizes) {
    const memory = size.memoriesMiB.find((each) => each >= memoryMiB)
    if (size.cpu >= cpu && memory !== undefined) return { cpu: size.cpu, memoryMiB: memory }
  }
  return undefined
}

/** Why Fargate does not take this pair, as a sentence that names the nearest one that it takes; `undefined` where it takes it. */
export function fargateProblem(cpu: number, memoryMiB: number): string | undefined {
  const size = fargateSizes.find((each) => each.cpu === cpu)
  if (size?.memoriesMiB.includes(memoryMiB)) return undefined
  const why = size
    ? `with ${cpu} vCPU it takes ${rangeText(size.memoriesMiB)} MB of memory`
    : `it takes ${fargateSizes.map((each) => each.cpu).join(', ')} vCPU`
  const near = nearestFargateSize(cpu, memoryMiB)
  const next = near ? `Ask for cpu ${near.cpu} and memory ${near.memoryMiB}.` : 'Use a queue of EC2 instances for a job this large.'
  return `Fargate has no container with cpu ${cpu} and memory ${memoryMiB}: ${why}. ${next}`
}

function rangeText(values: readonly number[]): string {
  const [first = 0, second = 0] = values
  if (values.length <= 4) return values.join(', ')
  return `${first} to ${values.at(-1)} in steps of ${second - first}`
}
