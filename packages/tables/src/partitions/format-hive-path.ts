import { type HiveValues, hiveNull } from './hive-path.ts'

/** The folders of a partition: `ds=2026-11-23/country=FI`. What `parseHivePath` reads comes out as it was. */
export function formatHivePath(values: HiveValues): string {
  return values.map(([name, value]) => `${escapeSegment(name)}=${value === null ? hiveNull : escapeSegment(value)}`).join('/')
}

/** Hive escapes control characters and what means something in paths; everything else stays readable. */
function escapeSegment(text: string): string {
  return text.replace(/[\p{Cc}"#%'*/:=?\\{[\]^]/gu, (character) =>
    encodeURIComponent(character).replace(/^[^%]$/, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`),
  )
}
