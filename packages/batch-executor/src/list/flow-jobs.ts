/** Which part of a flow a job does, and for whom. */
export interface FlowJob {
  readonly flow: string
  readonly run: string
  readonly step: string
  readonly user: string
}

const names = ['flow', 'run', 'step', 'user'] as const

/** The parameters that a flow's job carries, so that it is found and ended by what it is, and not by its name. */
export function flowJobParameters(job: Partial<FlowJob>): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = job[name]
      return value === undefined ? [] : [[`millrace.${name}`, value]]
    }),
  )
}

/** What a job's parameters say, or `undefined` where it is not a flow's job. */
export function readFlowJob(parameters: Readonly<Record<string, string>>): FlowJob | undefined {
  const [flow, run, step, user] = names.map((name) => parameters[`millrace.${name}`])
  return flow === undefined || run === undefined || step === undefined || user === undefined ? undefined : { flow, run, step, user }
}

/** The front of the names of a flow's jobs, of one run or of all, as {@link flowJobName} begins. */
export function flowJobNamePrefix({ flow, run }: Pick<FlowJob, 'flow'> & Partial<Pick<FlowJob, 'run'>>): string {
  return run === undefined ? `${flow}-` : `${flow}-${run}-`
}

/** The name to submit a flow's job by. */
export function flowJobName({ flow, run, step }: Omit<FlowJob, 'user'>): string {
  return `${flowJobNamePrefix({ flow, run })}${step}`
}
