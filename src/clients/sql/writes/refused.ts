import {
  clientFailed,
  conflict,
  invalid,
  type Conflict,
  type FieldError,
  type QueryError,
} from '../../../value/QueryError.js'
import type { Model } from '../../../schema/Schema.js'
import { tablesOf } from '../schema/tablesOf.js'
import type { Table } from '../schema/Tables.js'
import type { SqlError } from '../SqlError.js'
import type { Place } from './Place.js'

/**
 * Converts a database's refusal of a write into an error of the client. It names constraints, by the library's name or
 * the engine's, and contains no values.
 *
 * `written` is the model of the write, if there is only one.
 *
 * @since 0.2.0
 */
export const writeError = (
  place: Place,
  operation: string,
  error: SqlError,
  written: Model | null = null,
): QueryError => {
  const { model, columns } = aboutWhat(place, error, written)
  switch (error.kind) {
    case 'unique':
      return conflict(
        model,
        columns,
        columns.length === 0
          ? `another row has a value of ${error.constraint ?? 'a unique constraint'} already`
          : `another row has this ${columns.join(' and ')} already`,
      )
    case 'foreignKey':
      return aboutForeignKey(place, model, columns, error)
    case 'notNull':
      return invalid(model, [fieldError(columns[0] ?? null, 'null', {}, 'must have a value')])
    case 'check':
      return invalid(model, [
        fieldError(columns[0] ?? null, 'check', { constraint: error.constraint }, 'is refused by a check'),
      ])
    case 'tooLarge':
      return invalid(model, [fieldError(columns[0] ?? null, 'too_large', {}, 'is too large for its column')])
    default:
      return failedWrite(place, operation, error)
  }
}

const fieldError = (
  field: string | null,
  code: string,
  params: FieldError['params'],
  message: string,
): FieldError => ({ item: 0, field, code, params, message })

/** Errors after which a retry may succeed. */
const passing: ReadonlySet<SqlError['kind']> = new Set([
  'serialization',
  'deadlock',
  'busy',
  'lost',
  'cancelled',
])

const failedWrite = ({ name }: Place, operation: string, error: SqlError): QueryError =>
  clientFailed(name, operation, error, {
    message: error.unknown
      ? `${error.message}; it isn't known whether the write was done`
      : error.kind === 'failed' || error.kind === 'missing'
        ? error.message
        : `${error.message}; nothing was written`,
    retryable: passing.has(error.kind),
    hint: error.unknown
      ? 'Read what is there before you write it again.'
      : error.kind === 'closed'
        ? "Look for what closed it: 'close' of the client or of the driver, or the end of its pool."
        : "See 'cause' for the engine's own code.",
  })

interface About {
  readonly model: string
  readonly columns: ReadonlyArray<string>
}

/** The model and the columns that an error names, by their names in the schema. */
const aboutWhat = (place: Place, { constraint, table, columns }: SqlError, written: Model | null): About => {
  const { schema, names, dialect } = place
  const models = [...schema.models.values()]
  const own = models.find(({ name }) => names.table(name) === table) ?? null
  const tables = tablesOf(dialect.name, schema, names)
  const named =
    constraint === null ? null : columnsOfConstraint(tables, constraint, table ?? tableOf(place, written))
  const model =
    own ?? (named === null ? null : models.find(({ name }) => names.table(name) === named.table)) ?? written
  if (model === null) return { model: table ?? '', columns }
  const physical = columns.length > 0 ? columns : (named?.columns ?? [])
  return {
    model: model.name,
    columns: physical.map(
      (column) =>
        [...model.columns.keys()].find((each) => names.column(model.name, each) === column) ?? column,
    ),
  }
}

const tableOf = ({ names }: Place, model: Model | null): string | null =>
  model === null ? null : names.table(model.name)

/** The columns of a constraint of ours. Primary keys are called as the engines call them. */
const columnsOfConstraint = (
  tables: ReadonlyArray<Table>,
  constraint: string,
  known: string | null,
): { readonly table: string; readonly columns: ReadonlyArray<string> } | null => {
  const found = tables.flatMap(({ name, primaryKey, unique, foreignKeys }) =>
    (known === null || known === name) &&
    (constraint === `${name}_pkey` || (constraint === 'PRIMARY' && known === name))
      ? [{ table: name, columns: primaryKey }]
      : [...unique, ...foreignKeys]
          .filter((each) => each.name === constraint || isCalledAfter(constraint, name, each.columns))
          .map((each) => ({ table: name, columns: each.columns })),
  )
  // The one with the most columns is meant, where its name begins with another's.
  return found.reduce<(typeof found)[number] | null>(
    (best, each) => (best === null || each.columns.length > best.columns.length ? each : best),
    null,
  )
}

/** PostgreSQL, and Django, call a constraint after its table and columns. */
const isCalledAfter = (constraint: string, table: string, columns: ReadonlyArray<string>): boolean =>
  constraint.startsWith(`${[table, ...columns].join('_')}_`)

const aboutForeignKey = (
  { schema }: Place,
  model: string,
  columns: ReadonlyArray<string>,
  { pointedTo }: SqlError,
): Conflict => {
  const [column = null] = columns
  const target = schema.models.get(model)?.columns.get(column ?? '')?.target ?? 'row'
  const where = column === null ? model : `${model}.${column}`
  const plain = conflict(model, column === null ? [] : [column], '')
  return pointedTo
    ? {
        ...plain,
        message: `${where}: a row of ${target} can't be deleted, because a row of ${model} refers to it`,
        hint: `Delete or change the rows of ${model} first, or let 'onDelete' do it.`,
      }
    : {
        ...plain,
        message: `${where}: there is no ${target} with the key that it holds`,
        hint: `Create that ${target} first, or give the key of one that exists.`,
      }
}
