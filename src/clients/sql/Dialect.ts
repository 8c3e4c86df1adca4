/**
 * The differences between the engines, as a record. Everything else is the same for all engines.
 *
 * @since 0.2.0
 */
import type { AggregateName } from '../../expression/Expression.js'
import type { Json, Kind, Type } from '../../value/Value.js'
import type { Placeholder, Quote, Sql, SqlValue } from './Sql.js'

/**
 * The supported engines.
 *
 * @since 0.2.0
 */
export type DialectName = 'postgres' | 'sqlite' | 'mariadb' | 'mysql'

/**
 * An expression in SQL, with the type of its values. `column` says that it is a plain stored column, with the collation
 * and type of the schema.
 *
 * @since 0.2.0
 */
export interface Spelled {
  readonly sql: Sql
  readonly type: Type
  readonly column: boolean
  /** Whether it is a column of the rows that a stage reads, and not computed from them or from other rows. */
  readonly ofRow?: boolean
  /** The value, if it is a constant. */
  readonly constant?: Json
  /**
   * How the value is computed from others after the rows are read, if the engine can't compute it. `sql` can't be used
   * then.
   */
  readonly late?: Late
  /** The largest number of decimal places, if it is known. */
  readonly places?: number
}

/**
 * A value that is computed here, from values that the engine gives.
 *
 * @since 0.2.0
 */
export interface Late {
  readonly inputs: ReadonlyArray<Spelled>
  readonly compute: (values: ReadonlyArray<Json>, now: string) => Json
}

/**
 * The abilities of an engine.
 *
 * - `returning`: whether `INSERT`, `UPDATE` and `DELETE` give rows.
 * - `upsert`: how an insert handles a conflict.
 * - `rowSource`: where the rows of a bulk write come from.
 * - `correlatedDerived`: whether a derived table in a subquery can refer to the outer rows.
 * - `correlatedOrder`: whether the `ORDER BY` of a subquery can refer to the outer rows.
 * - `limitInIn`: whether `IN (SELECT … LIMIT …)` is supported.
 * - `nullsOrder`: whether `NULLS FIRST` and `NULLS LAST` are supported.
 * - `transactionalDdl`: whether changes of the schema can be rolled back.
 * - `registered`: whether the library's functions run inside the engine.
 *
 * @since 0.2.0
 */
export interface Abilities {
  readonly returning: { readonly insert: boolean; readonly update: boolean; readonly delete: boolean }
  readonly upsert: 'on conflict' | 'on duplicate key'
  readonly rowSource: 'unnest' | 'json_table' | 'prepared'
  readonly correlatedDerived: boolean
  readonly correlatedOrder: boolean
  readonly limitInIn: boolean
  readonly nullsOrder: boolean
  readonly transactionalDdl: boolean
  readonly registered: boolean
  readonly maxJoins: number
}

/**
 * The dialect of an engine.
 *
 * - `columnTypes` are the types of columns, by kind, if the schema says nothing more specific.
 * - `encode` converts a value for the driver. `bind` turns it into a parameter with the kind's type.
 * - `decode` converts a value from the driver to a kind, or gives `undefined` if it doesn't fit.
 * - `call`, `cast`, `aggregate` and so on write the functions of expressions. `null` says that the engine can't express
 *   one.
 *
 * @since 0.2.0
 */
export interface Dialect {
  readonly name: DialectName
  readonly quote: Quote
  readonly placeholder: Placeholder
  readonly columnTypes: { readonly [K in Kind]: string }
  readonly abilities: Abilities
  /** Whether a constant can be sent at all: NUL and halves of surrogate pairs can't. */
  readonly sendable: (kind: Kind, value: Json) => boolean
  readonly encode: (kind: Kind, value: Json) => SqlValue
  readonly bind: (kind: Kind, value: Json) => Sql
  readonly now: Sql
  readonly decode: (kind: Kind, raw: unknown) => Json | undefined
  /** The members of a list that is one parameter, for `x IN …`. */
  readonly among: (x: Spelled, members: ReadonlyArray<Json>) => Sql | null
  readonly truth: (value: boolean) => Sql
  /** Whether a query has a row. */
  readonly exists: (query: Sql) => Sql
  /** Whether a value is missing. */
  readonly isMissing: (x: Spelled) => Sql
  /** An expression by which values sort as their kind does, and compare. */
  readonly sortable: (x: Spelled) => Sql | null
  /** An expression by which values are told apart: equal values are the same. */
  readonly distinguishable: (x: Spelled) => Sql | null
  /** A comparison of two values of one kind, or of numbers; operators as in SQL. */
  readonly compare: (operator: Comparison, a: Spelled, b: Spelled) => Sql | null
  readonly call: (name: string, args: ReadonlyArray<Spelled>, type: Type) => Sql | null
  readonly cast: (x: Spelled, to: Kind) => Sql | null
  /** A condition on text. */
  readonly textLookup: (name: string, x: Spelled, operand: Spelled) => Sql | null
  readonly aggregate: (
    name: AggregateName,
    x: Spelled,
    options: { readonly distinct: boolean; readonly sample: boolean },
  ) => Sql | null
  /** An expression as an output of a statement whose values `decode` reads. */
  readonly asked: (kind: Kind, x: Sql) => Sql
  /** Aggregates of the rows of a group, of aggregates that each row has of its own. */
  readonly jsonArray: (items: ReadonlyArray<Spelled>) => Sql
  readonly jsonRows: (item: Sql, order: Sql | null) => Sql
  readonly limit: (limit: number | null, offset: number) => Sql
}

/** @since 0.2.0 */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='
