/** The object that an answer is about. */
export interface ObjectSubject {
  readonly bucket: string
  readonly key: string
}
