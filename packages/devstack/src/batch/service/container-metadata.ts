import type { Arns } from '../arns.ts'
import { logGroupName, logStreamName } from '../log-stream-name.ts'
import type { Job } from '../machine/jobs/job.ts'

/** What a container learns of itself at ECS's metadata endpoint. */
export function containerMetadata(
  { spec }: Job,
  {
    taskId,
    environmentName,
    arns,
    region,
    nowMs,
  }: { readonly taskId: string; readonly environmentName: string; readonly arns: Arns; readonly region: string; readonly nowMs: number },
): Readonly<Record<string, unknown>> {
  const now = new Date(nowMs).toISOString()
  const task = arns.task(environmentName, taskId)
  return {
    DockerId: taskId.repeat(2),
    Name: 'default',
    DockerName: `ecs-${taskId}-default`,
    Image: spec.container.image,
    Labels: {
      'com.amazonaws.ecs.cluster': arns.cluster(environmentName),
      'com.amazonaws.ecs.container-name': 'default',
      'com.amazonaws.ecs.task-arn': task,
    },
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    Limits: { CPU: Math.round(spec.vcpus * 1_024), Memory: spec.memoryMiB },
    CreatedAt: now,
    StartedAt: now,
    Type: 'NORMAL',
    LogDriver: 'awslogs',
    LogOptions: { 'awslogs-group': logGroupName(spec), 'awslogs-region': region, 'awslogs-stream': logStreamName(spec, { taskId }) },
    Cluster: arns.cluster(environmentName),
    TaskARN: task,
  }
}
