/**
 * The rows of a database's catalogue, before they become tables.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Driver } from '../Driver.js'
import type { Check, Column, ColumnType, ForeignKey, Table, TableIndex, Tables } from '../schema/Tables.js'
import type { SqlError } from '../SqlError.js'

/** @since 0.2.0 */
export interface FoundColumn {
  readonly table: string
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  readonly counted: boolean
}

/** @since 0.2.0 */
export interface FoundIndex extends TableIndex {
  readonly table: string
  readonly unique: boolean
  readonly primary: boolean
}

/** @since 0.2.0 */
export interface FoundKey extends ForeignKey {
  readonly table: string
}

/** @since 0.2.0 */
export interface FoundCheck extends Check {
  readonly table: string
}

/** @since 0.2.0 */
export interface Found {
  readonly columns: ReadonlyArray<FoundColumn>
  readonly indexes: ReadonlyArray<FoundIndex>
  readonly foreignKeys: ReadonlyArray<FoundKey>
  readonly checks: ReadonlyArray<FoundCheck>
}

/**
 * Tables made from the catalogue's rows, sorted by name.
 *
 * @since 0.2.0
 */
export const tablesFrom = ({ columns, indexes, foreignKeys, checks }: Found): Tables => {
  const names = [...new Set(columns.map(({ table }) => table))].sort()
  const of = <A extends { readonly table: string }>(all: ReadonlyArray<A>): ReadonlyMap<string, Array<A>> => {
    const by = new Map<string, Array<A>>(names.map((name) => [name, []]))
    all.forEach((each) => by.get(each.table)?.push(each))
    return by
  }
  const [own, listed, keys, checked] = [of(columns), of(indexes), of(foreignKeys), of(checks)]
  return names.map((name): Table => {
    const all = listed.get(name) ?? []
    const plain = ({ name: index, columns: of, constraint }: FoundIndex): TableIndex => ({
      name: index,
      columns: of,
      ...(constraint === true ? { constraint } : {}),
    })
    return {
      name,
      columns: (own.get(name) ?? []).map(({ name: column, type, nullable, counted }): Column => ({
        name: column,
        type,
        nullable,
        counted,
        fill: null,
      })),
      primaryKey: all.find(({ primary }) => primary)?.columns ?? [],
      unique: all.filter(({ unique, primary }) => unique && !primary).map(plain),
      indexes: all.filter(({ unique, primary }) => !unique && !primary).map(plain),
      foreignKeys: (keys.get(name) ?? []).map(({ table: _, ...key }) => key),
      checks: (checked.get(name) ?? []).map(({ table: _, ...check }) => check),
    }
  })
}

/**
 * Queries the catalogue. Each row is text and `null`.
 *
 * @since 0.2.0
 */
export const asked = async (
  driver: Driver,
  text: string,
): Promise<E.Either<SqlError, ReadonlyArray<ReadonlyArray<string | null>>>> => {
  const answer = await driver.query(text, [], { prepare: false })()
  return E.map(({ rows }: { readonly rows: ReadonlyArray<ReadonlyArray<unknown>> }) =>
    rows.map((row) => row.map(textOf)),
  )(answer)
}

const textOf = (value: unknown): string | null => {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : null
}

/**
 * A list of names in JSON.
 *
 * @since 0.2.0
 */
export const namesIn = (text: string | null | undefined): ReadonlyArray<string> => {
  const list: unknown = text === null || text === undefined ? [] : JSON.parse(text)
  return Array.isArray(list) ? list.map(String) : []
}
