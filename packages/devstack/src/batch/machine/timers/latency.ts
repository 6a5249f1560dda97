/** How long the steps of a job's life take. */
export type Latency = 'fast' | 'real'

/**
 * `real` is like a warm EC2 queue: 2 s until a job is seen, 3 s until it is placed, 20 s until its container runs, each up to a quarter
 * more. Measured in a public trace (https://github.com/Netflix/metaflow/issues/587).
 */
const realMs = { admit: 2_000, queue: 3_000, launch: 20_000 } as const

/** The time that a step takes in milliseconds; the same for the same job. */
export function latencyMs(latency: Latency, step: keyof typeof realMs, jobId: string): number {
  if (latency === 'fast') return 0
  return Math.round(realMs[step] * (1 + spread(`${step} ${jobId}`) / 4))
}

/** A number from 0 to 1 that a text always has (FNV-1a). */
function spread(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0) / 4_294_967_296
}
