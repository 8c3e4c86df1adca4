/**
 * The writes of wide cases: so many rows are created, changed, deleted or linked at once.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import type { Call, Plain } from '../case/Case.js'
import { all, then } from '../case/QuerysetData.js'
import { setFor, valueFor } from './changes.js'
import { limited } from './limits.js'
import type { Making } from './predicates.js'
import { numbered } from './rows.js'
import { chance, pickOf, shuffled, times } from './Tape.js'

/** Rows to create without conflicts. Their unique values start at a number. @since 0.2.0 */
export const freshRows = (making: Making, model: Model, n: number, from: number): ReadonlyArray<Row> =>
  times(n, (i) => {
    const entries = [...model.columns.values()].map((column) => {
      const { name, unique, nullable, target, kind, auto } = column
      if (auto) return [name, null] as const
      const value =
        !unique || limited(column)
          ? valueFor(making, column)
          : target === null
            ? numbered(kind, from + i)
            : null
      return value === undefined ? null : value === null && !nullable ? null : ([name, value] as const)
    })
    return entries.includes(null)
      ? null
      : Object.fromEntries(entries.flatMap((entry) => (entry === null ? [] : [entry])))
  }).flatMap((row) => (row === null ? [] : [row]))

/** The keys of a model's rows. @since 0.2.0 */
export const keysOf = ({ world }: Making, model: Model): ReadonlyArray<Json> =>
  (world.rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null)

/** Writes of many rows. @since 0.2.0 */
export const wideWrites = (making: Making, model: Model, size: number): ReadonlyArray<Call> => {
  const { tape } = making
  const keys = keysOf(making, model)
  const free = [...model.columns.values()].filter(({ name, unique }) => name !== model.primaryKey && !unique)
  const column = pickOf(tape, free)
  const set = (): Row => {
    const value = column === null ? undefined : valueFor(making, column)
    return column === null || value === undefined ? {} : { [column.name]: value }
  }
  const some = shuffled(tape, keys).slice(0, size)
  const relation = pickOf(
    tape,
    [...model.relations.values()].filter(({ many }) => many),
  )
  const write = (made: Extract<Plain, { readonly _tag: 'write' }>['write']): Plain => ({
    _tag: 'write',
    write: made,
    bulk: true,
  })
  const terminals: ReadonlyArray<Call> = [
    { _tag: 'create', model: model.name, rows: freshRows(making, model, size, 300_000) },
    { _tag: 'update', of: all(model.name), set: setFor(making, model, column), computed: [] },
    { _tag: 'updateBulk', of: all(model.name), changes: some.map((key) => [key, set()] as const) },
    ...(relation === null
      ? []
      : [
          {
            _tag: 'relate',
            of: then(all(model.name), { _tag: 'slice', start: 0, stop: 1 }),
            relation: relation.name,
            how: 'add',
            keys: (making.world.rows[relation.target] ?? []).map(
              (row) => row[making.world.schema.models.get(relation.target)?.primaryKey ?? ''] ?? null,
            ),
          } as const,
        ]),
    { _tag: 'delete', of: all(model.name) },
  ]
  const repeated = [...some, ...some.slice(0, 1)]
  return [
    ...(chance(tape, 60) ? refusedAtTheEnd(making, model, size) : []),
    write({
      _tag: 'update',
      model: model.name,
      changes: (chance(tape, 30) ? repeated : some).map((key) => ({ key, set: set() })),
    }),
    write({ _tag: 'create', model: model.name, rows: freshRows(making, model, size, 200_000) }),
    ...(chance(tape, size > 200 ? 40 : 80)
      ? [terminals[tape.next(terminals.length - 1)] ?? terminals[0]].flatMap((each) =>
          each === undefined ? [] : [each],
        )
      : []),
    write({ _tag: 'delete', model: model.name, keys: chance(tape, 50) ? repeated : some }),
    ...(size <= 101 ? terminals.slice(-1) : []),
  ]
}

/** Rows to create, the last of which has an existing key. Then none is created. */
const refusedAtTheEnd = (making: Making, model: Model, size: number): ReadonlyArray<Call> => {
  const [key = null] = keysOf(making, model)
  const rows = freshRows(making, model, size, 600_000)
  const last = rows.at(-1)
  return last === undefined || key === null
    ? []
    : [
        {
          _tag: 'write',
          write: {
            _tag: 'create',
            model: model.name,
            rows: [...rows.slice(0, -1), { ...last, [model.primaryKey]: key }],
          },
          bulk: true,
        },
      ]
}
