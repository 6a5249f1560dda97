import type { ColumnType } from '../schema/column-type.ts'

/** What numbers of a column become for a caller. */
export type NumberValue = number | bigint | boolean | Date | string

const perMs = { ms: 1n, us: 1_000n, ns: 1_000_000n } as const

/** A number of a column as JavaScript has it. */
export function formatNumber(value: number | bigint, { name, unit = 'ms', scale = 0 }: ColumnType): NumberValue {
  switch (name) {
    case 'boolean':
      return value !== 0
    case 'date':
      return new Date(Number(value) * 86_400_000)
    case 'timestamp': {
      const ticks = BigInt(value)
      const perTick = perMs[unit]
      // Towards the past: an instant is never shown later than it was.
      return new Date(Number((ticks - (((ticks % perTick) + perTick) % perTick)) / perTick))
    }
    case 'decimal':
      return formatDecimal(BigInt(value), scale)
    default:
      return value
  }
}

function formatDecimal(value: bigint, scale: number): string {
  if (scale === 0) return String(value)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
