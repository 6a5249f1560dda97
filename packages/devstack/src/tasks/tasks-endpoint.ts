import type { Answer } from '../s3/answer/answer.ts'
import type { Exchange } from '../wire/exchange.ts'
import { jsonAnswer } from '../wire/json-answer.ts'
import type { TaskDirectory } from './task-directory.ts'

const form = /^\/_dev\/(credentials|metadata)\/([0-9a-f]+)(\/task)?$/

/** Whether a request is one of a container about itself. */
export function isTaskPath(rawPath: string): boolean {
  return form.test(rawPath)
}

/** Answers a container that asks for its keys (`/_dev/credentials/<id>`) or about itself (`/_dev/metadata/<id>`, and `.../task`). */
export function answerTask({ incoming, rawPath }: Exchange, tasks: TaskDirectory, nowMs: number): Answer {
  const [, kind, id = '', ofTask] = form.exec(rawPath) ?? []
  if (incoming.method !== 'GET') return jsonAnswer(405, { code: 'MethodNotAllowed', message: 'Only GET is answered here.' })
  if (kind === 'credentials') {
    const keys = tasks.credentials(id, incoming.headers.authorization, nowMs)
    return keys ? jsonAnswer(200, keys) : jsonAnswer(403, { code: 'AccessDenied', message: 'There are no credentials for this token.' })
  }
  const metadata = tasks.metadata(id)
  if (!metadata) return jsonAnswer(404, { message: `There is no container ${id}.` })
  const { TaskARN, Cluster, ...container } = metadata
  return jsonAnswer(
    200,
    ofTask
      ? { Cluster, TaskARN, KnownStatus: 'RUNNING', Containers: [metadata] }
      : { ...container, Labels: metadata.Labels, TaskARN, Cluster },
  )
}
