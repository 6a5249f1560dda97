import { BatchError, type BatchExecutor, type JobResult } from '@millrace/batch-executor'
import type { BatchSettings } from '@millrace/client/settings'
import { type Finding, fine, open, problem } from './finding.ts'

const oldNodeCode = 3
const noRoleCode = 4

/** What the job does: it looks at its Node and asks for the keys of its role. */
const program = [
  `const [major] = process.versions.node.split('.').map(Number)`,
  "console.log('node ' + process.versions.node)",
  `if (major < 22) process.exit(${oldNodeCode})`,
  'const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: full, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = process.env',
  `if (process.argv[1] !== 'role') process.exit(0)`,
  `if (!path && !full) process.exit(${noRoleCode})`,
  "fetch(full ?? 'http://169.254.170.2' + path, { headers: token ? { authorization: token } : {} })",
  '  .then((answer) => answer.json())',
  `  .then(({ AccessKeyId }) => process.exit(AccessKeyId ? 0 : ${noRoleCode}), () => process.exit(${noRoleCode}))`,
].join('\n')

/** Runs a job that does next to nothing, and so shows that the queue gives machines, the image has Node, and the roles can be used. It takes as long as a machine takes to come. */
export async function* checkJob(
  executor: BatchExecutor,
  { batch, user, signal }: { readonly batch: BatchSettings; readonly user: string; readonly signal: AbortSignal },
): AsyncGenerator<Finding, void, void> {
  try {
    const { platform } = await executor.queueFacts({ signal })
    const job = await executor.submit({
      name: 'millrace-doctor',
      command: ['node', '-e', program, ...(batch.jobRole === undefined ? [] : ['role'])],
      cpu: platform === 'FARGATE' ? 0.25 : 1,
      memory: 512,
      timeout: '5m',
      parameters: { 'millrace.user': user },
      signal,
    })
    let result: JobResult
    try {
      result = await job.wait({ maxQueueTime: '10m', signal })
    } catch (error) {
      await job.terminate('Nobody waits for the answer any more.', { waitMs: 0 })
      throw error
    }
    yield judge(result, batch)
    yield* checkLogs(executor, job.id, signal)
  } catch (error) {
    if (error instanceof RangeError) yield problem('job', error.message)
    else if (BatchError.is(error)) yield problem('job', error.message)
    else throw error
  }
}

function judge({ failure, createdAt, startedAt }: JobResult, { image, jobRole }: BatchSettings): Finding {
  if (!failure) {
    const waited = createdAt && startedAt ? ` after ${Math.round((startedAt.getTime() - createdAt.getTime()) / 1_000)} s in the queue` : ''
    return fine('job', `It ran${waited}: the image has Node, and its role can be used.`)
  }
  if (failure.exitCode === oldNodeCode)
    return problem('job', `The image ${image ?? ''} has a Node older than 22. Use one with Node 22 or newer, such as node:24-slim.`)
  if (failure.exitCode === noRoleCode)
    return problem(
      'job',
      `It ran, and was given no keys of its role ${jobRole ?? ''}. Let ecs-tasks.amazonaws.com assume the role, and look whether it exists.`,
    )
  return problem('job', `${failure.message} ${failure.advice}`)
}

async function* checkLogs(executor: BatchExecutor, id: string, signal: AbortSignal): AsyncGenerator<Finding, void, void> {
  try {
    for await (const { text } of executor.job(id).logs({ signal })) {
      yield fine('logs', `CloudWatch Logs has what the job wrote: ${JSON.stringify(text)}.`)
      return
    }
    yield open(
      'logs',
      'CloudWatch Logs had nothing of the job: it may come later, or its role may not write there (logs:CreateLogStream, logs:PutLogEvents).',
    )
  } catch (error) {
    if (!BatchError.is(error)) throw error
    yield problem('logs', error.message)
  }
}
