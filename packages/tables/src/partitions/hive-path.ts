import { TablesError } from '../tables-error.ts'

/** What Hive writes for null. */
export const hiveNull = '__HIVE_DEFAULT_PARTITION__'

/** The partition that a path is in: each `name=value` folder, from the outermost, with the text as it was before it was escaped; `null` for null. */
export type HiveValues = readonly (readonly [name: string, value: string | null])[]

/** Reads the `name=value` folders of a path. The last segment is the file's own name. @throws TablesError `unreadable` for a wrong escape. */
export function parseHivePath(path: string): HiveValues {
  return path
    .split('/')
    .slice(0, -1)
    .flatMap((segment) => {
      const equals = segment.indexOf('=')
      if (equals < 1) return []
      const value = segment.slice(equals + 1)
      return [[decodeSegment(segment.slice(0, equals), path), value === hiveNull ? null : decodeSegment(value, path)] as const]
    })
}

function decodeSegment(text: string, path: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new TablesError(
      'unreadable',
      `Could not read the partition of ${path}: ${text} has a % that escapes nothing. Rename the folder.`,
      {
        subject: path,
        cause,
      },
    )
  }
}
