import type { Work } from './contestants.ts'

/** What is asked of Millrace. */
export interface Target {
  /** Whose speed it is a multiple of; none for a figure of Millrace's own. */
  readonly against?: string
  readonly atLeast?: number
  /** CPU microseconds an object, or MiB of memory. */
  readonly atMost?: { readonly cpuUs?: number; readonly peakMiB?: number }
}

/** A piece of work in the table. */
export interface WorkRow {
  readonly work: Work
  readonly title: (smallCount: number, listedCount: number) => string
  readonly unit: 'objects' | 'GiB' | 'keys'
  readonly targets: readonly Target[]
}

const many = (count: number): string => count.toLocaleString('en')

/** Everything that is measured, with its targets. */
export const workRows: readonly WorkRow[] = [
  {
    work: 'get-memory',
    title: (count) => `${many(count)} GETs of 10 KiB to memory`,
    unit: 'objects',
    targets: [{ against: 'AWS SDK', atLeast: 15 }, { atMost: { cpuUs: 60 } }],
  },
  {
    work: 'get-files',
    title: (count) => `${many(count)} GETs of 10 KiB to files`,
    unit: 'objects',
    targets: [
      { against: 'rclone', atLeast: 2.5 },
      { against: 's5cmd', atLeast: 3 },
    ],
  },
  { work: 'put', title: (count) => `${many(count)} PUTs of 10 KiB`, unit: 'objects', targets: [{ against: 'AWS SDK', atLeast: 8 }] },
  {
    work: 'get-large',
    title: () => '1 GiB GET to a file',
    unit: 'GiB',
    targets: [{ against: 'curl', atLeast: 1 }, { against: 'AWS SDK', atLeast: 3 }, { atMost: { peakMiB: 150 } }],
  },
  { work: 'put-large', title: () => '1 GiB multipart PUT', unit: 'GiB', targets: [{ against: 'AWS SDK', atLeast: 2.5 }] },
  { work: 'list', title: (_, listed) => `LIST of ${many(listed)} keys`, unit: 'keys', targets: [{ atMost: { peakMiB: 300 } }] },
]
