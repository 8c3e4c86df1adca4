/**
 * Themes: calls of one idea that random calls seldom consist of. The themes take turns.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'
import type { Call } from '../case/Case.js'
import { setFor, touching, valueFor } from './changes.js'
import { correlations, relatedTests, together } from './correlated.js'
import { conversions, plainNumbers, reckonings, spreadsOf } from './figures.js'
import { layersOf, slicedSlices } from './layers.js'
import { counterCalls, exchanged } from './counters.js'
import { crossingsOf } from './crossings.js'
import { logicOf } from './logic.js'
import { meetingsOf } from './meetings.js'
import { calendarDays, calendarOf, mixturesOf } from './mixtures.js'
import { mutateOf } from './mutations.js'
import { nestedOf, selectedOf, slicedOf, talliesOf, throughOf } from './nests.js'
import { columnAt, type ScopedColumn, lookupOf, lookupsOf } from './predicates.js'
import { modelFor } from './parts.js'
import { edgesOf, pipelinesOf, repeatsOf } from './pipelines.js'
import { aftermath, reaching, repeating } from './reaching.js'
import { rollupsOf } from './rollups.js'
import { rowsWith, testsOf } from './searches.js'
import { setsOf } from './sets.js'
import type { Area } from '../report/Report.js'
import { all, type StepData, then, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'
import { limited } from './limits.js'
import { plainColumns, read, scopeOfModel, type Theme, withoutKey, write } from './Theme.js'
import { alikes, families, namesAsValues, nearlies, shapes } from './likenesses.js'
import { arrivals, failing, torn } from './torn.js'
import { subqueriesOf } from './within.js'
import { besideWatch, manyKeys, obtained, refusedWrites, storm, within } from './watching.js'

/** The life of a row: it is deleted, created again with the same key, changed, and changed back. */
const life: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const row = pickOf(tape, world.rows[model.name] ?? [])
  if (row === null) return []
  const key = row[model.primaryKey] ?? null
  const own = read(
    rowsWith(model, model.primaryKey, key),
    pick(tape, ['toArray', 'count', 'getPks'] as const),
  )
  const remove = write({ _tag: 'delete', model: model.name, keys: [key] }, chance(tape, 40))
  const again = write(
    { _tag: 'create', model: model.name, rows: [{ ...row, ...setFor(making, model) }] },
    chance(tape, 40),
  )
  const touched = touching(making, model, row)
  const change =
    touched?.change ??
    write({ _tag: 'update', model: model.name, changes: [{ key, set: setFor(making, model) }] })
  const back = write(
    { _tag: 'update', model: model.name, changes: [{ key, set: withoutKey(model, row) }] },
    chance(tape, 40),
  )
  return pick<ReadonlyArray<Call>>(tape, [
    [own, remove, own, again, own, ...(touched === null ? [] : [touched.like])],
    [own, change, own, back, own],
    [remove, change, remove, own],
    [again, own, change, again, own],
    [remove, again, change, own],
  ])
}

/** Values of all kinds: sorted, distinct, grouped, and searched for. */
const medley: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  const column = pickOf(tape, plainColumns(model))
  if (scope === null || column === null) return []
  const found: ScopedColumn = { path: [column.name], kind: column.kind }
  const value: TypedColumn = { name: 'a', kind: column.kind, expression: columnAt(found.path) }
  const order: StepData = {
    _tag: 'orderBy',
    keys: [
      {
        expression: value.expression,
        direction: pick(tape, ['asc', 'desc'] as const),
        nulls: pick(tape, ['first', 'last'] as const),
      },
    ],
  }
  const lookups = times(14, () =>
    lookupOf(making, scope, found, pickOf(tape, lookupsOf(column.kind)) ?? 'exact'),
  )
  return [
    read(then(all(model.name), order)),
    read(then(all(model.name), { _tag: 'values', form: 'record', columns: [value] }, { _tag: 'distinct' })),
    read(then(all(model.name), testsOf(lookups))),
    read(
      then(
        all(model.name),
        order,
        pick<StepData>(tape, [
          { _tag: 'slice', start: 0, stop: 3 },
          { _tag: 'slice', start: 2, stop: 5 },
        ]),
      ),
    ),
  ]
}

/** Mutations, one after the other. */
const mutating: Theme['calls'] = (making, models) => {
  const model = modelFor(making, models)
  return times(3, () => mutateOf(making, model))
}

/** Columns that are set to their own value, to `null`, or to a value that resembles it, together with others. */
const patches: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const rows = shuffled(tape, world.rows[model.name] ?? []).slice(0, 3)
  const falsy: { readonly [K in Kind]?: Json } = { text: '', int: 0, float: 0, decimal: '0', boolean: false }
  const columns = plainColumns(model).filter(({ unique }) => !unique)
  const changes = rows.map((row, i) => ({
    key: row[model.primaryKey] ?? null,
    set: Object.fromEntries(
      shuffled(tape, columns)
        .slice(0, 1 + ((i + tape.next(2)) % 3))
        .map((column) => [
          column.name,
          pick<Json | undefined>(tape, [
            limited(column) ? undefined : falsy[column.kind],
            column.nullable ? null : undefined,
            valueFor(making, column),
            row[column.name] ?? null,
          ]) ??
            row[column.name] ??
            null,
        ]),
    ),
  }))
  return changes.length === 0
    ? []
    : [
        write({ _tag: 'update', model: model.name, changes }, true),
        ...changes
          .slice(0, 1)
          .map((change) => write({ _tag: 'update', model: model.name, changes: [change] })),
      ]
}

const reads: ReadonlyArray<Area> = ['reads']

const writes: ReadonlyArray<Area> = ['writes']

const both: ReadonlyArray<Area> = ['reads', 'writes']

/** @since 0.2.0 */
export const themes: ReadonlyArray<Theme> = [
  { name: 'nested', areas: reads, shape: 'chain', rows: { least: 4 }, calls: nestedOf },
  { name: 'rollups', areas: reads, shape: 'pair', rows: { least: 4 }, calls: rollupsOf },
  {
    name: 'arithmetic',
    areas: reads,
    shape: 'numbers',
    rows: { least: 5, pools: plainNumbers },
    calls: reckonings,
  },
  { name: 'logic', areas: reads, shape: 'pair', rows: { least: 3 }, calls: logicOf },
  { name: 'life', areas: both, shape: null, rows: {}, calls: life },
  { name: 'pipelines', areas: reads, shape: null, rows: { least: 4 }, calls: pipelinesOf },
  { name: 'alikes', areas: reads, shape: null, rows: {}, calls: alikes },
  { name: 'correlated', areas: reads, shape: 'chain', rows: { least: 4 }, calls: correlations },
  { name: 'reaching', areas: writes, shape: 'pair', rows: { least: 4 }, calls: reaching },
  { name: 'storm', areas: writes, shape: null, rows: {}, calls: storm },
  { name: 'torn', areas: ['reads', 'concurrency'], shape: null, rows: { least: 2 }, calls: torn },
  { name: 'sliced', areas: reads, shape: 'pair', rows: { least: 5 }, calls: slicedOf },
  { name: 'subqueries', areas: reads, shape: 'pair', rows: { least: 4 }, calls: subqueriesOf },
  { name: 'layers', areas: reads, shape: 'pair', rows: { least: 4 }, calls: layersOf },
  { name: 'beside', areas: both, shape: 'chain', rows: { least: 2 }, calls: besideWatch },
  { name: 'crossings', areas: reads, shape: 'chain', rows: { least: 3 }, calls: crossingsOf },
  { name: 'many keys', areas: reads, shape: 'columns', rows: { least: 12, nearly: true }, calls: manyKeys },
  { name: 'arrivals', areas: both, shape: null, rows: { least: 3 }, calls: arrivals },
  {
    name: 'spreads',
    areas: reads,
    shape: 'numbers',
    rows: { least: 6, pools: plainNumbers },
    calls: spreadsOf,
  },
  { name: 'within', areas: writes, shape: null, rows: {}, calls: within },
  { name: 'mixtures', areas: reads, shape: 'numbers', rows: { least: 3 }, calls: mixturesOf },
  { name: 'through', areas: reads, shape: 'chain', rows: { least: 4 }, calls: throughOf },
  { name: 'sets', areas: reads, shape: null, rows: { least: 5 }, calls: setsOf },
  { name: 'counters', areas: writes, shape: null, rows: {}, calls: counterCalls },
  { name: 'meetings', areas: reads, shape: 'pair', rows: { least: 5 }, calls: meetingsOf },
  { name: 'refused', areas: both, shape: null, rows: {}, calls: refusedWrites },
  { name: 'edges', areas: reads, shape: null, rows: {}, calls: edgesOf },
  { name: 'medley', areas: reads, shape: null, rows: { least: 14, mixed: true }, calls: medley },
  { name: 'failing', areas: ['reads', 'faults'], shape: null, rows: { least: 3 }, calls: failing },
  { name: 'apart', areas: reads, shape: 'pair', rows: { least: 5 }, calls: relatedTests },
  { name: 'repeating', areas: writes, shape: 'pair', rows: { least: 2 }, calls: repeating },
  { name: 'obtained', areas: writes, shape: null, rows: {}, calls: obtained },
  { name: 'selected', areas: reads, shape: 'chain', rows: { least: 3 }, calls: selectedOf },
  { name: 'conversions', areas: reads, shape: 'numbers', rows: { least: 1 }, calls: conversions },
  { name: 'repeats', areas: reads, shape: 'double', rows: { least: 4 }, calls: repeatsOf },
  { name: 'patches', areas: writes, shape: null, rows: {}, calls: patches },
  { name: 'shapes', areas: reads, shape: 'pair', rows: {}, calls: shapes },
  { name: 'together', areas: reads, shape: 'fork', rows: { least: 4 }, calls: together },
  { name: 'exchanged', areas: writes, shape: null, rows: { least: 3 }, calls: exchanged },
  { name: 'tallies', areas: reads, shape: 'fork', rows: { least: 3 }, calls: talliesOf },
  { name: 'mutations', areas: writes, shape: null, rows: {}, calls: mutating },
  {
    name: 'calendar',
    areas: reads,
    shape: null,
    rows: { least: 4, pools: calendarDays },
    calls: calendarOf,
  },
  { name: 'families', areas: reads, shape: null, rows: {}, calls: families },
  { name: 'parts', areas: reads, shape: null, rows: { least: 5 }, calls: slicedSlices },
  { name: 'aftermath', areas: both, shape: 'pair', rows: { least: 2 }, calls: aftermath },
  { name: 'names', areas: both, shape: null, rows: {}, calls: namesAsValues },
  { name: 'nearlies', areas: reads, shape: null, rows: {}, calls: nearlies },
]

/** Whether all areas of a theme are among some. @since 0.2.0 */
export const isWithin =
  (areas: ReadonlySet<Area>) =>
  (theme: Theme): boolean =>
    theme.areas.every((area) => areas.has(area))
