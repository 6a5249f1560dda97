import { readAnswer } from './read-answer.ts'

/** A key that DeleteObjects could not delete, in S3's words. */
export interface DeleteFailure {
  readonly key: string
  /** Such as `AccessDenied`. */
  readonly code: string
  readonly message: string
}

/** Reads the answer of DeleteObjects: those that could not be deleted. @throws S3Error protocol. */
export function parseDeleteResult(body: Buffer, { bucket }: { readonly bucket: string }): readonly DeleteFailure[] {
  return readAnswer(body, {
    root: 'DeleteResult',
    subject: { action: 'delete from', bucket },
    read: (document) =>
      [...document.spans('Error')].map((span) => ({
        key: document.require('Key', span),
        code: document.require('Code', span),
        message: document.between('Message', span) ?? '',
      })),
  })
}
