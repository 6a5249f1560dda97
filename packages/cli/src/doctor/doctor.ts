import { readSettings } from '@millrace/client/settings'
import { exitCode } from '../exit-code.ts'
import type { ProgramCommand } from '../program/program-command.ts'
import { formatPlural } from '../render/quantity.ts'
import { untilSignal } from '../until-signal.ts'
import { UsageError } from '../usage-error.ts'
import type { Finding } from './finding.ts'
import { printFinding } from './print-finding.ts'

/** `millrace doctor`: looks whether everything is there that steps on AWS Batch need, and says how to mend what is not. */
export const doctor: ProgramCommand = {
  name: 'doctor',
  usage: 'doctor [--no-job] [--json]',
  summary: 'Look whether AWS is set up for steps on AWS Batch, and how to mend what is not',
  details: [
    'Looks at credentials, datastore, queue, roles and image as the settings name them, from here and from the folder that it is started in. Then it runs a job',
    'that does next to nothing, which takes as long as the queue takes to give it a machine: only that shows that the roles can be used and the image has Node.',
    'It ends with exit code 1 where there is a problem.',
  ].join('\n'),
  options: [
    { name: 'no-job', help: 'Run no job' },
    { name: 'json', help: 'As JSON' },
  ],
  async run({ options, output, problems }) {
    const job = !options.flag('no-job')
    const json = options.flag('json')
    if (problems.length > 0) throw new UsageError(problems)
    const here = process.cwd()
    const settings = readSettings({ options: {}, environment: process.env, workingDirectory: here, flowFolder: here })
    const { runChecks } = await import('./run-checks.ts')
    return await untilSignal(async (signal) => {
      const findings: Finding[] = []
      for await (const finding of runChecks({ ...settings, job, signal })) {
        findings.push(finding)
        if (!json) printFinding(finding, output)
      }
      if (json) output.print(JSON.stringify(findings, null, 2))
      const wrong = findings.filter(({ status }) => status === 'problem').length
      output.note(wrong === 0 ? 'No problems were found.' : `${formatPlural(wrong, 'problem')} to mend.`)
      return wrong === 0 ? exitCode.done : exitCode.flowFailed
    })
  },
}
