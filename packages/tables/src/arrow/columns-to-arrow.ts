import type { Table } from 'apache-arrow'
import type { Column } from '../columns/column.ts'
import { loadPeer } from '../peers/load-peer.ts'
import { columnToVector } from './column-to-vector.ts'

/** A table of Arrow with these columns, in one record batch. Loads `apache-arrow`. @throws TablesError `unsupported` where it is not installed */
export async function columnsToArrow(columns: Readonly<Record<string, Column>>): Promise<Table> {
  const arrow = await loadPeer('apache-arrow', { load: () => import('apache-arrow'), what: 'make an Arrow table' })
  return new arrow.Table(Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, columnToVector(arrow, column)])))
}
