/** An object by its place. */
export interface ObjectPlace {
  readonly bucket: string
  readonly key: string
}
