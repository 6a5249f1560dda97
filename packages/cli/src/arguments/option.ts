/** An option of a command. */
export interface Option {
  /** As it is typed, without `--`. */
  readonly name: string
  /** What stands for its value in `--help`; absent for a switch. */
  readonly value?: string
  readonly repeatable?: true
  readonly help: string
}

/** Options that every command takes. */
export const globalOptions: readonly Option[] = [
  {
    name: 'datastore-root',
    value: 'ROOT',
    help: 'Where runs are stored: a folder or s3://bucket/prefix (default: .millrace, here or above)',
  },
  { name: 'quiet', help: 'Only what tasks print and errors, no messages of the command itself' },
  { name: 'version', help: 'Print the version of Millrace' },
  { name: 'help', help: 'Print this help' },
]

/** Options of `run`, beside the flow's own parameters, which may not have their names. */
export const runOptions: readonly Option[] = [
  { name: 'with', value: 'OPTION', repeatable: true, help: 'Add a step option to every step that lacks it: retry:times=3,delay=10s' },
  { name: 'tag', value: 'TAG', repeatable: true, help: 'Tag the run' },
  {
    name: 'max-workers',
    value: 'N',
    help: 'Tasks that run at the same time (default: the number of cores, at most 16; on AWS Batch 1,000)',
  },
  { name: 'max-queue-time', value: 'TIME', help: 'How long a job may wait for a machine on AWS Batch: 30m, 2h (default: without end)' },
  { name: 'max-num-splits', value: 'N', help: 'The widest foreach that is allowed (default: 10,000)' },
  { name: 'max-log-size', value: 'MB', help: 'How much of a stream of a task is kept (default: 10)' },
  { name: 'run-id-file', value: 'FILE', help: "Write the run's number to this file as soon as there is one" },
  { name: 'namespace', value: 'NS', help: 'The namespace of the run (default: user:NAME)' },
  { name: 'isolate', help: 'Give every task a process of its own' },
]

/** Options of `resume`. */
export const resumeOptions: readonly Option[] = [
  { name: 'origin-run-id', value: 'RUN', help: 'The run to go on from (default: the newest one of the namespace)' },
  ...runOptions,
]

/** Options of commands that look at the runs of one namespace. */
export const namespaceOptions: readonly Option[] = [
  { name: 'namespace', value: 'NS', help: 'Of this namespace, by its own or by a tag (default: user:NAME)' },
  { name: 'all', help: 'Of all namespaces' },
]

/** Names that a later version will need, so that no parameter takes them now. */
export const futureOptionNames: readonly string[] = ['params', 'run-id', 'task-id', 'tags', 'batch']
