import type * as batch from '@aws-sdk/client-batch'
import type * as logs from '@aws-sdk/client-cloudwatch-logs'

/** The calls to AWS that are made, with what each takes and gives. */
export interface Calls {
  DescribeComputeEnvironments: [batch.DescribeComputeEnvironmentsRequest, batch.DescribeComputeEnvironmentsResponse]
  DescribeJobDefinitions: [batch.DescribeJobDefinitionsRequest, batch.DescribeJobDefinitionsResponse]
  DescribeJobQueues: [batch.DescribeJobQueuesRequest, batch.DescribeJobQueuesResponse]
  DescribeJobs: [batch.DescribeJobsRequest, batch.DescribeJobsResponse]
  GetJobQueueSnapshot: [batch.GetJobQueueSnapshotRequest, batch.GetJobQueueSnapshotResponse]
  ListJobs: [batch.ListJobsRequest, batch.ListJobsResponse]
  RegisterJobDefinition: [batch.RegisterJobDefinitionRequest, batch.RegisterJobDefinitionResponse]
  SubmitJob: [batch.SubmitJobRequest, batch.SubmitJobResponse]
  TerminateJob: [batch.TerminateJobRequest, batch.TerminateJobResponse]
  TerminateJobs: [batch.TerminateJobsRequest, batch.TerminateJobsResponse]
  GetLogEvents: [logs.GetLogEventsRequest, logs.GetLogEventsResponse]
}

/** The name of a call, as AWS writes it. */
export type CallName = keyof Calls

/**
 * The way to AWS: makes a call once, with no retries of its own, and rejects with the SDK's error.
 * Everything above it decides what an error means, so that a job is not submitted twice behind anyone's back.
 */
export interface Connection {
  /** The region, asked for once. @throws whatever keeps it from being known. */
  region(): Promise<string>
  call<Name extends CallName>(name: Name, input: Calls[Name][0], signal?: AbortSignal): Promise<Calls[Name][1]>
  close(): void
}
