/** What a run's system tags tell. */
export interface SystemTagFacts {
  readonly user: string
  /** Of Millrace. */
  readonly version: string
  readonly createdAt: Date
}

/** The tags that Millrace gives a run when it begins, which nobody edits: `user:ada`, `runtime:node`, `millrace:0.1.0`, `date:2026-11-23` (UTC). */
export function systemTags({ user, version, createdAt }: SystemTagFacts): readonly string[] {
  return [`user:${user}`, 'runtime:node', `millrace:${version}`, `date:${createdAt.toISOString().slice(0, 10)}`]
}
