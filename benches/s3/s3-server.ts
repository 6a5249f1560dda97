/** An S3 endpoint in a process of its own, with the bucket `bench` in it. */
export interface S3Server extends AsyncDisposable {
  /** For the heading of the table. */
  readonly name: string
  readonly url: string
  /** The same over TLS. */
  readonly tlsUrl: string
  /** The certificate to trust, a file in PEM. */
  readonly caFile: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** How many keys there are below `many/`. */
  readonly listedCount: number
  /** Whether it answers only to signed requests. */
  readonly wantsSignatures: boolean
}
