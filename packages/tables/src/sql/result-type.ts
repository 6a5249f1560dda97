import type { DuckDBType } from '@duckdb/node-api'
import { sqlName } from './sql-literal.ts'

/** DuckDB as it was loaded. */
export type DuckDB = typeof import('@duckdb/node-api')

/**
 * The type that a column of a result is cast to before it is written as Parquet, which has no integers of 128 bits and no times with zones; `undefined`
 * where it stays what it is. Integers become smaller ones, and DuckDB fails where they do not fit; the rest become texts. Also within lists and structs.
 */
export function resultType(duckdb: DuckDB, type: DuckDBType): string | undefined {
  const id = duckdb.DuckDBTypeId
  switch (type.typeId) {
    case id.HUGEINT:
      return 'BIGINT'
    case id.UHUGEINT:
      return 'UBIGINT'
    case id.BIGNUM:
    case id.INTERVAL:
    case id.BIT:
    case id.TIME_TZ:
    case id.UNION:
      return 'VARCHAR'
  }
  if (type instanceof duckdb.DuckDBListType) return within(duckdb, { types: [type.valueType], build: ([item]) => `${item}[]` })
  if (type instanceof duckdb.DuckDBArrayType)
    return within(duckdb, { types: [type.valueType], build: ([item]) => `${item}[${type.length}]` })
  if (type instanceof duckdb.DuckDBMapType)
    return within(duckdb, { types: [type.keyType, type.valueType], build: ([key, value]) => `MAP(${key}, ${value})` })
  if (!(type instanceof duckdb.DuckDBStructType)) return undefined
  const { entryNames, entryTypes } = type
  const build = (types: readonly string[]): string =>
    `STRUCT(${types.map((each, index) => `${sqlName(entryNames[index] ?? '')} ${each}`).join(', ')})`
  return within(duckdb, { types: entryTypes, build })
}

function within(
  duckdb: DuckDB,
  { types, build }: { readonly types: readonly DuckDBType[]; readonly build: (types: readonly string[]) => string },
): string | undefined {
  const replaced = types.map((type) => resultType(duckdb, type))
  return replaced.every((each) => each === undefined)
    ? undefined
    : build(replaced.map((each, index) => each ?? sqlType(duckdb, types[index])))
}

/** A type that stays, as SQL: names of fields in quotes, which DuckDB's own text leaves out. */
function sqlType(duckdb: DuckDB, type: DuckDBType | undefined): string {
  if (type instanceof duckdb.DuckDBListType) return `${sqlType(duckdb, type.valueType)}[]`
  if (type instanceof duckdb.DuckDBArrayType) return `${sqlType(duckdb, type.valueType)}[${type.length}]`
  if (type instanceof duckdb.DuckDBMapType) return `MAP(${sqlType(duckdb, type.keyType)}, ${sqlType(duckdb, type.valueType)})`
  if (!(type instanceof duckdb.DuckDBStructType)) return String(type)
  return `STRUCT(${type.entryNames.map((name, index) => `${sqlName(name)} ${sqlType(duckdb, type.entryTypes[index])}`).join(', ')})`
}
