import type { QueueFacts } from '@millrace/batch-executor'
import type { BatchSettings } from '@millrace/client/settings'
import { type Finding, fine, problem } from './finding.ts'

const roleArn = /^arn:[^:]+:iam::(\d{12}):role\/.+/

/** Whether the roles are ARNs of the queue's account, and those that are needed are given. That they exist and may be used only a job can show. */
export function* checkRoles({ jobRole, executionRole }: BatchSettings, facts: QueueFacts): Generator<Finding, void, void> {
  const account = /^arn:[^:]+:batch:[^:]*:(\d{12}):/.exec(facts.arn)?.[1]
  const look = (what: string, role: string): Finding => {
    const [, its] = roleArn.exec(role) ?? []
    if (its === undefined)
      return problem(what, `${JSON.stringify(role)} is not the ARN of a role: arn:aws:iam::${account ?? '123456789012'}:role/NAME.`)
    if (account !== undefined && its !== account)
      return problem(
        what,
        `${role} belongs to the account ${its}, and the queue to ${account}: a job cannot have it. Give it a role of ${account}.`,
      )
    return fine(what, `${role} is one of the queue's account.`)
  }
  if (jobRole === undefined)
    yield problem(
      'job role',
      'None is set, so that a step could not reach the datastore. Set MILLRACE_BATCH_JOB_ROLE to the ARN of a role that may read and write the bucket.',
    )
  else yield look('job role', jobRole)
  if (executionRole !== undefined) yield look('execution role', executionRole)
  else if (facts.platform === 'FARGATE')
    yield problem(
      'execution role',
      'None is set, and Fargate needs one to pull the image and write logs. Set MILLRACE_BATCH_EXECUTION_ROLE to the ARN of a role with AmazonECSTaskExecutionRolePolicy.',
    )
  else yield fine('execution role', "None is set, and none is needed: on EC2 the machine's own role pulls the image and writes logs.")
}
