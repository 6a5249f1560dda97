import { S3Error } from '../errors/s3-error.ts'
import type { Download, DownloadContext, DownloadRequest } from './download-request.ts'
import { FirstAnswer } from './first-answer.ts'

/**
 * Reads an object. One request, whatever the size turns out to be; a body of more than 32 MiB is cut off after its first part, and the rest
 * comes in parallel ranges of 16 MiB, each on condition that the object is still the same.
 *
 * A file is complete when the promise resolves, and removed when it rejects.
 *
 * @throws S3Error: not-found, changed (while it was read), corrupt-body, ...; the signal's reason; the system's error for the file.
 */
export function download(context: DownloadContext, request: DownloadRequest): Promise<Download> {
  return readBody(context, new FirstAnswer(context, request))
}

async function readBody(context: DownloadContext, reading: FirstAnswer): Promise<Download> {
  try {
    const response = await context.send(reading)
    if (!reading.large) return reading.finish(response)
  } catch (error) {
    reading.fail(error)
  }
  return await readRest(context, reading)
}

async function readRest(context: DownloadContext, reading: FirstAnswer): Promise<Download> {
  try {
    return await reading.finishLarge()
  } catch (error) {
    // Which of the ranges was wrong cannot be told, so all are read again. Small bodies were compared, and read again, request by request.
    if (!S3Error.is(error, 'corrupt-body') || !reading.beginAgain()) throw error
  }
  return await readBody(context, reading)
}
