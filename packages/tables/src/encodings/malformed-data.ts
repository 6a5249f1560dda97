/** Bytes that are not what their encoding says. Who knows the file and the column tells them, with this as the cause. */
export class MalformedData extends Error {
  override readonly name = 'MalformedData'
}
