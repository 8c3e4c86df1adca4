/**
 * Themes: what the calls of a case are about.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Row } from '../../value/Value.js'
import { modelScope, type Scope } from '../../expression/Scope.js'
import type { Model, ModelColumn } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import { type Call, type Plain, type ReadCall, readCall } from '../case/Case.js'
import type { Making } from './predicates.js'
import type { Area } from '../report/Report.js'
import type { QuerysetData } from '../case/QuerysetData.js'
import type { Wanted } from './limits.js'
import type { SchemaShape } from './definitions.js'

/**
 * - `areas` are the areas that it needs, all of them.
 * - `shape` and `rows` are its requirements for the schema and the rows.
 *
 * @since 0.2.0
 */
export interface Theme {
  readonly name: string
  readonly areas: ReadonlyArray<Area>
  readonly shape: SchemaShape | null
  readonly rows: Wanted
  readonly calls: (making: Making, models: ReadonlyArray<string>) => ReadonlyArray<Call>
}

export const scopeOfModel = ({ world }: Making, model: string): Scope | null => {
  const scope = modelScope(world.schema, model)
  return E.isRight(scope) ? scope.right : null
}

export const read = (
  of: QuerysetData,
  tag: 'toArray' | 'whole' | 'count' | 'getPks' | 'page' | 'first' = 'toArray',
): ReadCall => readCall(of, { _tag: tag })

export const write = (made: Write, bulk = false): Plain => ({ _tag: 'write', write: made, bulk })

export const plainColumns = (model: Model): ReadonlyArray<ModelColumn> =>
  [...model.columns.values()].filter(
    ({ name, kind, target }) => name !== model.primaryKey && kind !== 'json' && target === null,
  )

/** The columns of a row without its key, which can't be changed. */
export const withoutKey = ({ primaryKey }: Model, row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== primaryKey))
