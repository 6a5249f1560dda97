import type { JobSnapshot } from '../jobs/job-snapshot.ts'
import { exitCodeFault } from './exit-code-fault.ts'
import { type Fault, fault, type JobFailure } from './job-failure.ts'

type Rule = (job: Evidence) => Fault | undefined

interface Evidence {
  readonly job: JobSnapshot
  /** Every reason that AWS gives, of the job, its container, and its last attempt. */
  readonly text: string
  readonly exitCode: number | undefined
  readonly image: string
}

/** The first that knows what it was says it. In this order: what was done to the job, what kept it from starting, how it ended. */
const rules: readonly Rule[] = [
  ({ job, text }) => {
    if (/MISCONFIGURATION:/.test(text))
      return fault(
        'misconfigured',
        false,
        `The job could never start: ${firstOf(text)}.`,
        'Ask for less memory, cpu or gpu, or give the queue machines that are large enough.',
      )
    if (/CAPACITY:/.test(text) && job.startedAt === undefined)
      return fault(
        'no-capacity',
        true,
        `The job was given no machine: ${firstOf(text)}.`,
        'Run it again later, or let the queue use more instance types or zones.',
      )
    return undefined
  },
  ({ job, text }) =>
    job.isTerminated
      ? fault(
          'cancelled',
          false,
          `The job was ended: ${job.statusReason ?? firstOf(text)}.`.replace(/\.+$/, '.'),
          'Submit it again if that was not meant.',
        )
      : undefined,
  ({ job, text }) =>
    /exceeded timeout/i.test(text)
      ? fault(
          'timeout',
          false,
          `The job took longer than its timeout${job.timeoutMs === undefined ? '' : ` of ${job.timeoutMs / 1_000} s`}.`,
          'Give it a longer timeout, or let it do less.',
        )
      : undefined,
  ({ text }) =>
    /Overrides length must be at most/i.test(text)
      ? fault(
          'overrides-too-long',
          false,
          'The command and the environment of the job are longer than AWS Batch takes (8,192 characters).',
          'Put what is long into a file on S3, and give the job its address.',
        )
      : undefined,
  ({ text }) =>
    /^Dependent Job|dependent job/i.test(text)
      ? fault(
          'dependency',
          false,
          'A job that this one depends on has failed, so this one was not started.',
          'Look at the job it depends on.',
        )
      : undefined,
  ({ text }) =>
    /^Host EC2|Host EC2 \(|Spot Task was interrupted|SpotInterruption/.test(text)
      ? fault(
          'host-lost',
          true,
          `The machine was taken away while the job ran: ${firstOf(text)}.`,
          'Run it again. Where it happens often use a queue without spot machines, or shorter jobs.',
        )
      : undefined,
  ({ text }) => (/OutOfMemoryError/.test(text) ? undefined : notStarted(text)),
  ({ text, image }) => {
    if (!/CannotPullContainerError|CannotPullImage|pull image/i.test(text)) return undefined
    if (/not found|does not exist|manifest unknown|no such (image|host)|repository .* not|invalid reference/i.test(text))
      return fault(
        'image-not-found',
        false,
        `The image ${image} was not found: ${firstOf(text, 'CannotPull')}.`,
        'Look at its name and tag, and whether it has a build for the machines of the queue.',
      )
    if (/denied|unauthorized|authentication|AccessDenied|403|401/i.test(text))
      return fault(
        'access-denied',
        false,
        `The image ${image} may not be pulled: ${firstOf(text, 'CannotPull')}.`,
        'Let the execution role read the repository (AmazonECSTaskExecutionRolePolicy for ECR).',
      )
    return fault(
      'image-not-pulled',
      true,
      `The image ${image} could not be pulled: ${firstOf(text, 'CannotPull')}.`,
      'Run it again. If it stays so, look whether the subnet reaches the registry: a public address, a NAT, or endpoints for ECR.',
    )
  },
  ({ job, text }) =>
    /OutOfMemoryError/.test(text)
      ? fault(
          'out-of-memory',
          false,
          `The job ran out of its ${job.memoryMiB === undefined ? 'memory' : `memory of ${job.memoryMiB.toLocaleString('en-US')} MB`} and was killed.`,
          `Give it more: memory ${job.memoryMiB === undefined ? 'of twice that' : job.memoryMiB * 2}, for example.`,
        )
      : undefined,
  ({ exitCode, job }) => exitCodeFault(exitCode, job),
  ({ text, job }) =>
    fault(
      'not-started',
      true,
      `The job failed without an exit code: ${firstOf(text) || 'AWS Batch gives no reason'}.`,
      `Look at it with: aws batch describe-jobs --jobs ${job.id}`,
    ),
]

function notStarted(text: string): Fault | undefined {
  if (
    /assume the role|AssumeRole|unable to (retrieve|assume)|is not authorized to perform|ResourceInitializationError.*(denied|403)/i.test(
      text,
    )
  )
    return fault(
      'access-denied',
      false,
      `The job may not do what it needs to start: ${firstOf(text)}.`,
      'Look at its roles: ecs-tasks.amazonaws.com must be allowed to assume them, and the execution role to write logs and read the image.',
    )
  if (/executable file not found|no such file or directory.*unknown|exec: ".*"/i.test(text))
    return fault(
      'command-not-found',
      false,
      `The command is not in the image: ${firstOf(text, 'CannotStart')}.`,
      'Use an image that has it: a job of Millrace needs Node 22 or newer as "node", as in node:24-slim.',
    )
  if (/DockerTimeoutError|ResourceInitializationError|CannotCreateContainerError|CannotInspectContainerError/.test(text))
    return fault(
      'not-started',
      true,
      `The machine could not start the container: ${firstOf(text)}.`,
      'Run it again. If it stays so, look at the network of the compute environment and the disks of its machines.',
    )
  if (/CannotStartContainerError/.test(text))
    return fault(
      'not-started',
      false,
      `The container could not be started: ${firstOf(text, 'CannotStart')}.`,
      'Look at the command, the devices and the volumes that the job asks for.',
    )
  return undefined
}

/** Says why a failed job failed, by the reasons and the exit code that AWS Batch keeps of it. Source: the reasons in https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
export function classifyFailure(job: JobSnapshot): JobFailure {
  const last = job.attempts.at(-1)
  const exitCode = job.exitCode ?? last?.exitCode
  const reasons = [job.reason, last?.reason, job.statusReason, last?.statusReason].filter((reason) => reason !== undefined && reason !== '')
  const evidence: Evidence = { job, text: [...new Set(reasons)].join('\n'), exitCode, image: job.image ?? 'of the job' }
  for (const rule of rules) {
    const failure = rule(evidence)
    if (failure) return exitCode === undefined ? failure : { ...failure, exitCode }
  }
  throw new TypeError('The last rule matches every job.')
}

/** The most telling of the reasons: the first line that begins with `front`, or the first, at most 300 characters of it, without its full stop. */
function firstOf(text: string, front = ''): string {
  const lines = text.split('\n')
  const line = lines.find((each) => each.startsWith(front)) ?? lines[0] ?? ''
  const short = line.length > 300 ? `${line.slice(0, 297)}...` : line
  return short.replace(/(?<!\.\.)\.$/, '')
}
