import { type ArtifactRef, type MergeOptions, MillraceError, type TaskInput } from '@millrace/core-graph'

/** What {@link mergeTables} works on. */
export interface Merge {
  readonly inputs: readonly TaskInput[]
  /** Names that the join has set already. */
  readonly set: ReadonlySet<string>
  readonly options: MergeOptions<string>
  /** For messages. */
  readonly step: string
}

/**
 * The artifacts that a join takes over from its inputs, by content hash alone.
 *
 * @throws MillraceError `invalid-transition` naming every artifact in conflict, or every included one that no input has.
 * @throws TypeError with both `include` and `exclude`.
 */
export function mergeTables({ inputs, set, options, step }: Merge): ReadonlyMap<string, ArtifactRef> {
  const { include, exclude } = options
  if (include && exclude) throw new TypeError('this.mergeArtifacts takes include or exclude, not both.')
  const merged = new Map<string, ArtifactRef>()
  const conflicts = new Set<string>()
  for (const { artifacts } of inputs) {
    for (const [name, ref] of Object.entries(artifacts)) {
      if (set.has(name) || (include && !include.includes(name)) || exclude?.includes(name)) continue
      const other = merged.get(name)
      if (other && other.sha256 !== ref.sha256) conflicts.add(name)
      else merged.set(name, ref)
    }
  }
  const missing = include?.filter((name) => !merged.has(name) && !set.has(name)) ?? []
  if (conflicts.size > 0)
    throw new MillraceError(
      'invalid-transition',
      `Could not merge the artifacts ${[...conflicts].join(', ')} in the join ${step}: its inputs hold different values. Assign them before this.mergeArtifacts, or exclude them.`,
      { subject: [...conflicts].join(', ') },
    )
  if (missing.length > 0)
    throw new MillraceError(
      'invalid-transition',
      `Could not merge the artifacts ${missing.join(', ')} in the join ${step}: no input has them.`,
      {
        subject: missing.join(', '),
      },
    )
  return merged
}
