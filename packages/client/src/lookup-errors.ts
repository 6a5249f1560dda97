import { listFlows, listRunSummaries, type RunSummary } from '@millrace/artifact-store'
import { MillraceError, nearest, type ObjectStore } from '@millrace/core-graph'
import type { ClientContext } from './context.ts'

/** The error for a place where there is nothing; `hint` says what there is instead. */
export function notFound(pathspec: string, hint: string): MillraceError {
  return new MillraceError('not-found', `Could not find ${pathspec}. ${hint}`, { subject: pathspec })
}

/** The error for a run that does not exist: it names the newest that do, or the flow that was meant. */
export async function runNotFound({ store }: ClientContext, flow: string, run: string): Promise<MillraceError> {
  const newest: string[] = []
  for await (const summary of listRunSummaries(store, flow)) if (newest.push(summary.run) > 10) break
  if (newest.length > 0)
    return notFound(`${flow}/${run}`, `The newest runs are ${newest.slice(0, 10).join(', ')}${newest.length > 10 ? ' ...' : '.'}`)
  return notFound(`${flow}/${run}`, await describeFlow(store, flow))
}

/** The error for a flow of which nothing is stored. */
export async function flowNotFound({ store }: ClientContext, flow: string): Promise<MillraceError> {
  return notFound(flow, await describeFlow(store, flow))
}

async function describeFlow(store: ObjectStore, flow: string): Promise<string> {
  const near = nearest(flow, await listFlows(store))
  return `${flow} has no runs in ${store.url}.${near === undefined ? '' : ` Did you mean the flow ${near}?`}`
}

/** The error for a run that exists, in another namespace than the client's. */
export function wrongNamespace(pathspec: string, run: RunSummary, namespace: string): MillraceError {
  const theirs = JSON.stringify(run.namespace)
  return new MillraceError(
    'wrong-namespace',
    `Could not open ${pathspec}: it belongs to the namespace ${theirs}, and only ${JSON.stringify(namespace)} is looked at. Open the client with { namespace: ${theirs} }, or with { namespace: null } for all (on the command line --namespace ${run.namespace}, or --all).`,
    { subject: pathspec },
  )
}
