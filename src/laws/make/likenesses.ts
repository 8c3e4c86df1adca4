/**
 * Themes about values that are nearly equal.
 *
 * @since 0.2.0
 */
import type { Row } from '../../value/Value.js'
import type { Scope } from '../../expression/Scope.js'
import { rowsFor } from './changes.js'
import { special } from './conditions.js'
import { nearlyThe } from './nearly.js'
import {
  columnAt,
  columnOf,
  constant,
  constantOf,
  contrary,
  type ScopedColumn,
  lookupsOf,
  type Making,
  negated,
} from './predicates.js'
import { familiesOf } from './families.js'
import { someKey, modelFor } from './parts.js'
import { readOf } from './reads.js'
import { rowsWith, testsOf } from './searches.js'
import {
  all,
  type ExpressionData,
  type PredicateData,
  type StepData,
  then,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'
import { twinOf } from './twin.js'
import { limited } from './limits.js'
import { plainColumns, read, scopeOfModel, type Theme, write } from './Theme.js'

/** A comparison that is almost another one: with a column among the members of a list, or with a near value. */
const almost = (making: Making, scope: Scope, found: ScopedColumn): PredicateData => {
  const { tape } = making
  const { kind, path } = found
  const one = constantOf(making, kind)
  const like = columnOf(making, scope, (each) => each === kind)
  const other: ExpressionData = columnAt(like === null ? path : like.path)
  const near = (): ExpressionData => constant(kind, kind === 'json' ? one : twinOf(tape, kind, one))
  const members = shuffled(tape, [
    constant(kind, one),
    ...(chance(tape, 70) ? [other] : []),
    ...(chance(tape, 35) ? [near()] : []),
  ])
  const list: PredicateData = { _tag: 'lookup', name: 'in', left: columnAt(path), right: members }
  return pick<PredicateData>(tape, [
    list,
    negated(list),
    { ...list, right: [near()] },
    { ...list, name: 'exact', right: [near()] },
  ])
}

/** Conditions that are almost equal, each alone and all together. */
export const alikes: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  const found = scope === null ? null : columnOf(making, scope, (kind) => kind !== 'json')
  if (scope === null || found === null) return []
  const conditions = times(4, () => almost(making, scope, found))
  const opposite = times(5, () => contrary(making, scope, chance(tape, 70) ? found : null))
  return [
    read(then(all(model.name), testsOf([...conditions, ...opposite, special(making, scope)]))),
    read(then(all(model.name), { _tag: 'filter', predicate: contrary(making, scope) })),
    read(then(all(model.name), { _tag: 'filter', predicate: almost(making, scope, found) }), 'whole'),
  ]
}

/** A read, reads that differ from it in one respect, and the first one again. */
export const nearlies: Theme['calls'] = (making, models) => {
  const one = readOf(making, models)
  const others = times(3, () => nearlyThe(making, one))
  return [one, ...others, one]
}

/** The same rows in each form, and again in the first form. It finds clients that cache rows by key. */
export const shapes: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const from = chance(tape, 60) ? rowsWith(model, model.primaryKey, someKey(making, model)) : all(model.name)
  const columns = [...model.columns.values()]
  const some = (): ReadonlyArray<string> => [
    model.primaryKey,
    ...columns.filter(() => chance(tape, 40)).map(({ name }) => name),
  ]
  const given = (): StepData => {
    const column = pickOf(tape, columns)
    const typed: TypedColumn = {
      name: 'a',
      kind: column?.kind ?? 'int',
      expression: columnAt([column?.target === null ? column.name : model.primaryKey]),
    }
    const relation = pickOf(tape, [...model.relations.values()])
    return pick<() => StepData>(tape, [
      () => ({ _tag: 'only', fields: [...new Set(some())] }),
      () => ({ _tag: 'values', form: 'record', columns: [typed] }),
      () =>
        relation === null
          ? { _tag: 'only', fields: [model.primaryKey] }
          : relation.many
            ? { _tag: 'prefetchRelated', relation: relation.name, query: all(relation.target) }
            : { _tag: 'selectRelated', path: [relation.name] },
    ])()
  }
  const forms = times(3, () => read(then(from, given())))
  const whole = read(from)
  const beside = pickOf(
    tape,
    [...world.schema.models.keys()].filter((name) => name !== model.name && models.includes(name)),
  )
  const key = world.rows[model.name]?.[0]?.[model.primaryKey] ?? null
  const other = beside === null ? undefined : world.schema.models.get(beside)
  // A row of another model with the same key.
  const namesake =
    other === undefined ||
    other.columns.get(other.primaryKey)?.kind !== model.columns.get(model.primaryKey)?.kind
      ? []
      : [read(rowsWith(model, model.primaryKey, key)), read(rowsWith(other, other.primaryKey, key))]
  return chance(tape, 50) ? [...forms, whole, ...namesake] : [whole, ...forms, whole, ...namesake]
}

/**
 * The values of some families, each compared with the others of its family. It finds values that a client confuses,
 * whatever the rows are.
 */
export const families: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const tests = times(6, () => {
    const kind = pick(tape, [
      'text',
      'text',
      'datetime',
      'text',
      'decimal',
      'float',
      'int',
      'date',
      'time',
      'uuid',
    ] as const)
    const values = pickOf(tape, familiesOf(kind)) ?? []
    const names = lookupsOf(kind).filter((name) => name !== 'isnull' && name !== 'regex' && name !== 'iregex')
    const pairs = shuffled(
      tape,
      values.flatMap((a) => values.flatMap((b) => (a === b ? [] : [[a, b] as const]))),
    ).slice(0, 7)
    return pairs.flatMap(([a, b], i): ReadonlyArray<PredicateData> => {
      const name = i % 2 === 0 ? 'exact' : (pickOf(tape, names) ?? 'in')
      const right = times(name === 'range' || name === 'in' ? 2 : 1, (j) =>
        constant(kind, j === 0 ? b : (pickOf(tape, values) ?? b)),
      )
      return [{ _tag: 'lookup', name, left: constant(kind, a), right }]
    })
  }).flat()
  return [read(then(all(model.name), testsOf(tests)))]
}

/** A value that is the name of a column, or a placeholder of a client. */
export const namesAsValues: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const text = pickOf(
    tape,
    plainColumns(model).filter((column) => column.kind === 'text' && !limited(column)),
  )
  if (text === null) return []
  const name = pickOf(tape, [...model.columns.keys()]) ?? 'id'
  const values = [name, `$${name}`, `:${name}`, `${model.name}.${name}`, `{${name}}`, `"${name}"`, `@${name}`]
  const rows = rowsFor(making, model, 2, false).map((row, i): Row => ({
    ...row,
    [text.name]: values[i] ?? name,
    ...(model.columns.get(model.primaryKey)?.auto === true ? { [model.primaryKey]: null } : {}),
  }))
  const tests = values.flatMap((value): ReadonlyArray<PredicateData> => [
    { _tag: 'lookup', name: 'exact', left: columnAt([text.name]), right: [constant('text', value)] },
    {
      _tag: 'lookup',
      name: pick(tape, ['contains', 'in', 'gte', 'iexact'] as const),
      left: columnAt([text.name]),
      right: [constant('text', value)],
    },
  ])
  return [
    write({ _tag: 'create', model: model.name, rows }, chance(tape, 50)),
    read(then(all(model.name), testsOf(tests))),
    write(
      {
        _tag: 'update',
        model: model.name,
        changes: (making.world.rows[model.name] ?? [])
          .slice(0, 2)
          .map((row, i) => ({ key: row[model.primaryKey] ?? null, set: { [text.name]: values[i] ?? name } })),
      },
      chance(tape, 50),
    ),
  ]
}
