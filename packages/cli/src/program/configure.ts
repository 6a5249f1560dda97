import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { batchSettings, type FileSettings, readConfigFile, usersConfigFile } from '@millrace/client/settings'
import type { Finding } from '../doctor/finding.ts'
import { printFinding } from '../doctor/print-finding.ts'
import { exitCode } from '../exit-code.ts'
import { untilSignal } from '../until-signal.ts'
import { UsageError } from '../usage-error.ts'
import { writeAtomically } from '../write-atomically.ts'
import { Asker } from './ask.ts'
import type { ProgramCommand, ProgramContext } from './program-command.ts'

type Name = 'datastoreRoot' | 'batchQueue' | 'batchJobRole' | 'batchExecutionRole' | 'batchImage'

/** What is asked, in this order: a stack of infra/millrace.yaml prints the first four. */
const questions: readonly { readonly name: Name; readonly option: string; readonly value: string; readonly ask: string }[] = [
  { name: 'datastoreRoot', option: 'datastore-root', value: 'ROOT', ask: 'Where runs are stored, s3://bucket/prefix' },
  { name: 'batchQueue', option: 'queue', value: 'QUEUE', ask: 'The queue of AWS Batch, a name or an ARN' },
  { name: 'batchJobRole', option: 'job-role', value: 'ARN', ask: "The role of a step's code, an ARN" },
  { name: 'batchExecutionRole', option: 'execution-role', value: 'ARN', ask: 'The role that pulls images and writes logs, an ARN' },
  { name: 'batchImage', option: 'image', value: 'IMAGE', ask: 'The image of steps, none for node:24-slim' },
]

/** `millrace configure`: asks for what steps on AWS Batch need, checks it against AWS, and keeps it for this user. */
export const configure: ProgramCommand = {
  name: 'configure',
  usage: 'configure [--datastore-root ROOT] [--queue QUEUE] [--job-role ARN] [--execution-role ARN] [--image IMAGE] [--no-check]',
  summary: 'Ask for the settings that steps on AWS Batch need, check them, and keep them',
  details: [
    'What is given as an option is not asked for. An empty answer keeps what is there, a "-" takes it away. The answers may come from a pipe, a line each.',
    'The settings are looked at as "millrace doctor --no-job" does, and only written where there is no problem, or you say so; then they are in',
    '$XDG_CONFIG_HOME/millrace/config.json (default ~/.config). Keys and regions are not asked for: AWS has its own places for them ("aws configure").',
  ].join('\n'),
  options: [
    ...questions.map(({ option, value, ask }) => ({ name: option, value, help: ask })),
    { name: 'no-check', help: 'Write the settings without looking at them' },
  ],
  async run(context) {
    const { options, problems } = context
    const check = !options.flag('no-check')
    const given = new Map(questions.map(({ name, option }) => [name, options.text(option)]))
    if (problems.length > 0) throw new UsageError(problems)
    const path = usersConfigFile(process.env)
    const before = readConfigFile(path) ?? {}
    using asker = new Asker()
    const settings: FileSettings = await answered(before, given, asker)
    if (check && !(await isSound(context, settings)) && !/^y/i.test(await asker.ask('Write them all the same? [y/N] '))) {
      context.output.error('Nothing was written.')
      return exitCode.flowFailed
    }
    mkdirSync(dirname(path), { recursive: true })
    writeAtomically(path, `${JSON.stringify(settings, null, 2)}\n`)
    context.output.note(`Written to ${path}. "millrace doctor" also runs a job.`)
    return exitCode.done
  },
}

async function answered(before: FileSettings, given: ReadonlyMap<Name, string | undefined>, asker: Asker): Promise<FileSettings> {
  const settings: { -readonly [Key in keyof FileSettings]: FileSettings[Key] } = { ...before }
  for (const { name, ask } of questions) {
    const now = before[name]
    const answer = given.get(name) ?? (await asker.ask(`${ask}${now === undefined ? '' : ` [${now}]`}: `))
    if (answer === '-') delete settings[name]
    else if (answer !== '') settings[name] = answer
  }
  return settings
}

async function isSound({ output }: ProgramContext, settings: FileSettings): Promise<boolean> {
  const { datastoreRoot = '.millrace' } = settings
  const { runChecks } = await import('../doctor/run-checks.ts')
  const findings: Finding[] = []
  await untilSignal(async (signal) => {
    for await (const finding of runChecks({ datastoreRoot, batch: batchSettings(settings), user: '', job: false, signal })) {
      findings.push(finding)
      // What a job would show is for the doctor.
      if (finding.what !== 'job') printFinding(finding, { ...output, print: output.note })
    }
    return exitCode.done
  })
  return findings.every(({ status }) => status !== 'problem')
}
