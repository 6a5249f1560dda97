import { BatchExecutor } from '@millrace/batch-executor'
import type { BatchSettings } from '@millrace/client/settings'
import { checkDatastore } from './check-datastore.ts'
import { checkImage } from './check-image.ts'
import { checkJob } from './check-job.ts'
import { checkQueue } from './check-queue.ts'
import { checkRoles } from './check-roles.ts'
import { type Finding, open, problem } from './finding.ts'

/** What is checked, and how far. */
export interface CheckOptions {
  readonly datastoreRoot: string
  readonly batch: BatchSettings
  readonly user: string
  /** Whether a job is run. */
  readonly job: boolean
  readonly signal: AbortSignal
}

/** The image of steps that name none. */
const defaultImage = 'node:24-slim'

/** Looks at everything that a step on AWS Batch needs, one after the other, and tells of each. Nothing is remembered from earlier. */
export async function* runChecks({ datastoreRoot, batch, user, job, signal }: CheckOptions): AsyncGenerator<Finding, void, void> {
  yield* checkDatastore(datastoreRoot, signal)
  const { queue, image = defaultImage, jobRole, executionRole } = batch
  if (queue === undefined) {
    yield problem(
      'queue',
      'None is set. Set MILLRACE_BATCH_QUEUE to the name or ARN of one, or let "millrace configure" write it into your settings.',
    )
    yield await checkImage(image, signal)
    return
  }
  await using executor = new BatchExecutor({
    queue,
    image,
    cacheFolder: false,
    ...(jobRole === undefined ? {} : { jobRole }),
    ...(executionRole === undefined ? {} : { executionRole }),
  })
  const facts = yield* checkQueue(executor, signal)
  let sound = facts !== undefined
  if (facts) {
    for (const finding of checkRoles(batch, facts)) {
      sound &&= finding.status !== 'problem'
      yield finding
    }
  } else yield open('roles', 'Not looked at: they go with the queue.')
  const ofImage = await checkImage(image, signal)
  yield ofImage
  if (!job) yield open('job', 'None was run, so that nothing has shown that the roles exist and the image has Node.')
  else if (sound && ofImage.status !== 'problem') yield* checkJob(executor, { batch: { ...batch, image }, user, signal })
  else yield open('job', 'None was run: mend the above first.')
}
