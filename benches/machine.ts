import { cpus, totalmem, type } from 'node:os'

/** The machine that figures were measured on, for the line above them. */
export function describeMachine(): string {
  const memoryGiB = (totalmem() / 2 ** 30).toFixed(0)
  return `Node ${process.versions.node}, ${type()}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${memoryGiB} GiB of memory`
}
