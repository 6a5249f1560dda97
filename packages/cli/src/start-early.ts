/**
 * Where the command is plainly a run, starts the flow's first worker now: it loads the flow while this process loads the command line.
 * Nothing depends on it; where it guesses wrong the worker ends with this process.
 */
export async function startEarly(args: readonly string[], moduleUrl: string): Promise<void> {
  // A run on AWS Batch has nothing to do here.
  if (args.some((arg) => /^(?:--with=)?batch(?::|$)/.test(arg))) return
  if (args[0] !== 'run' || args.includes('--help') || args.includes('-h') || args.includes('--isolate')) return
  const { startWorkerEarly } = await import('@millrace/runtime/early')
  startWorkerEarly(moduleUrl)
}
