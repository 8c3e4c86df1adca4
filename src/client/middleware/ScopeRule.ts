/**
 * Which rows of a model a scope shows.
 *
 * @since 0.2.0
 */
import { metered, unmetered } from '../../value/Meter.js'
import { either as E } from 'fp-ts'
import { invalidQuery, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import { compilePredicate } from '../../expression/evaluate.js'
import type { Predicate as Condition } from '../../expression/Expression.js'
import { inferPredicate } from '../../expression/infer.js'
import type { Predicate } from '../../expression/Ref.js'
import { modelScope } from '../../expression/Scope.js'
import type { Source } from '../../expression/Source.js'
import { endsOf } from '../../schema/endsOf.js'
import type { ModelColumn, Schema } from '../../schema/Schema.js'
import { filter } from '../../queryset/filter.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { fold } from '../../query/fold.js'
import { allOf, type Query } from '../../query/Query.js'
import { needsOf, type Hop } from '../../query/needs.js'
import { conjunction, conjunctsOf } from '../../query/parts.js'

/**
 * A rule of a scope.
 *
 * - `where` holds the conditions that a row must meet. All of them must hold.
 * - `hops` lead to the other rows that the conditions use: one row each, found by its primary key.
 * - `askable` says whether the conditions mean the same to the inner client, which doesn't know of the scope.
 * - `holds` says whether a row meets the conditions, given the rows of `source` and the time `now`.
 * - `own` checks a row against the model's own predicate only, as a write does. Whether the rows at the ends of a join
 *   row are shown is checked through its foreign keys.
 *
 * @since 0.2.0
 */
export interface ScopeRule extends Judge {
  readonly where: ReadonlyArray<Condition<Query>>
  readonly askable: boolean
  readonly own: Judge
}

interface Judge {
  readonly hops: ReadonlyArray<Hop>
  readonly holds: (source: Source, now: string) => (row: Row) => boolean
}

/**
 * The state of a scope: the rule of each model that has one, and the values that replace a delete.
 *
 * @since 0.2.0
 */
export interface Held {
  readonly schema: Schema
  readonly rules: ReadonlyMap<string, E.Either<QueryError, ScopeRule>>
  readonly softDelete: { readonly [model: string]: () => Row }
}

type Rules = Held['rules']
type Conditions = ReadonlyArray<Condition<Query>>
type Says = (row: never) => Predicate

/**
 * The rules that predicates define. A join row exists if both of its ends do. A join model therefore has the rules of
 * its ends, and its own predicate in addition.
 *
 * @since 0.2.0
 */
export const rulesOf = (
  models: AnyModels,
  predicates: { readonly [model: string]: Says | undefined },
): Rules => {
  const schema = schemaOf(models)
  const said = new Map(
    Object.entries(predicates).flatMap(([name, says]) =>
      says === undefined ? [] : [[name, conditionsOf(models, name, says)] as const],
    ),
  )
  const isLink = (name: string): boolean => endsOf(schema, name).length > 0
  const plain: Rules = new Map(
    [...said].flatMap(([name, conditions]) =>
      isLink(name)
        ? []
        : [[name, E.flatMap(conditions, (where: Conditions) => plainRule(schema, name, where))] as const],
    ),
  )
  const links = [...schema.models.keys()].filter(isLink).flatMap((name) => {
    const rule = linkRule(schema, plain, name, said.get(name) ?? E.right([]))
    return rule === null ? [] : [[name, rule] as const]
  })
  return new Map([...plain, ...links])
}

const conditionsOf = (models: AnyModels, name: string, says: Says): E.Either<QueryError, Conditions> => {
  // Each model of the schema is a queryset of it.
  const all = Object.hasOwn(models, name)
    ? (models as unknown as { readonly [model: string]: Queryset<never, unknown> | undefined })[name]
    : undefined
  return all === undefined
    ? E.left(unsupported('scope', `the model '${name}', which is not in the schema`))
    : E.map(conjunctsOf)(fold(filter(says)(all)))
}

const plainRule = (schema: Schema, name: string, where: Conditions): E.Either<QueryError, ScopeRule> => {
  const { base, others } = needsOf(schema, queryOf(name, where))
  return base.hops.length > 0 || others.length > 0
    ? E.left(
        invalidQuery('where', `the predicate of '${name}' leads to other rows`, "Use the row's own fields."),
      )
    : E.map((judge: Judge): ScopeRule => ({ ...judge, where, askable: true, own: judge }))(
        judgeOf(schema, name, where, []),
      )
}

/** `null` if neither the model nor its ends have a rule. */
const linkRule = (
  schema: Schema,
  plain: Rules,
  name: string,
  said: E.Either<QueryError, Conditions>,
): E.Either<QueryError, ScopeRule> | null => {
  const ends = endsOf(schema, name).flatMap((column) => {
    const rule = plain.get(column.target ?? '')
    return rule === undefined ? [] : [{ column, rule }]
  })
  if (ends.length === 0 && E.isRight(said) && said.right.length === 0) return null
  const shown = E.traverseArray(({ column, rule }: (typeof ends)[number]) =>
    E.map(({ where }: ScopeRule) => isShown(column, where))(rule),
  )(ends)
  return E.flatMap(shown, (both: Conditions) =>
    E.flatMap(said, (own: Conditions) => {
      const where = [...both, ...own]
      const { base, others } = needsOf(schema, queryOf(name, where))
      const known = new Set(ends.map(({ column }) => column.name))
      return others.length > 0 || !base.hops.every((hop) => followsKeys(schema, name, hop))
        ? E.left(
            invalidQuery(
              'where',
              `the predicate of '${name}' leads to many rows, or to links`,
              "Use the row's own fields, and those of the single rows that its foreign keys lead to.",
            ),
          )
        : linkRuleOf(
            schema,
            name,
            { where, hops: base.hops },
            { where: own, hops: needsOf(schema, queryOf(name, own)).base.hops },
            base.hops.every((hop) => isFree(plain, hop, known)),
          )
    }),
  )
}

type RuleParts = Pick<ScopeRule, 'where' | 'hops'>

const linkRuleOf = (
  schema: Schema,
  name: string,
  all: RuleParts,
  own: RuleParts,
  askable: boolean,
): E.Either<QueryError, ScopeRule> =>
  E.flatMap(judgeOf(schema, name, all.where, all.hops), (judge: Judge) =>
    E.map((alone: Judge): ScopeRule => ({ ...judge, where: all.where, askable, own: alone }))(
      judgeOf(schema, name, own.where, own.hops),
    ),
  )

/** Whether a hop, and those after it, follow foreign keys and lead to no join row. */
const followsKeys = (schema: Schema, model: string, { from, need }: Hop): boolean =>
  schema.models.get(model)?.columns.get(from)?.target === need.model &&
  endsOf(schema, need.model).length === 0 &&
  need.hops.every((hop) => followsKeys(schema, need.model, hop))

/** Whether a hop leads to no row that a rule may hide, except those that the rule itself asks about. */
const isFree = (rules: Rules, { from, need }: Hop, asked: ReadonlySet<string>): boolean =>
  (asked.has(from) || !rules.has(need.model)) && need.hops.every((hop) => isFree(rules, hop, new Set()))

/** The row that a foreign key leads to meets these conditions, or the key is missing. */
const isShown = ({ name, nullable }: ModelColumn, where: Conditions): Condition<Query> => {
  const meets: Condition<Query> = {
    _tag: 'some',
    level: 0,
    relation: [name],
    predicate: conjunction(where) ?? { _tag: 'and', all: [] },
  }
  const left: Condition<Query> = {
    _tag: 'lookup',
    name: 'isnull',
    left: { _tag: 'column', path: [name], level: 0 },
    right: [],
  }
  return nullable ? { _tag: 'or', any: [left, meets] } : meets
}

const queryOf = (model: string, where: Conditions): Query => ({
  ...allOf({ _tag: 'model', model }),
  where: conjunction(where),
})

const judgeOf = (
  schema: Schema,
  name: string,
  where: Conditions,
  hops: ReadonlyArray<Hop>,
): E.Either<QueryError, Judge> => {
  const scope = modelScope(schema, name)
  if (E.isLeft(scope)) return scope
  const typed = inferPredicate<Query, never>(
    () => E.left(unsupported('scope', 'a subquery')),
    { scope: scope.right, group: null, parent: null },
    conjunction(where) ?? { _tag: 'and', all: [] },
  )
  if (E.isLeft(typed)) return typed
  // Compiled again for each use, since `now()` is a different time then.
  const holds: Judge['holds'] = (source, now) => {
    const env = { source, now, meter: unmetered, rows: () => () => [] }
    const { run } = compilePredicate<never>(env, { nested: false, group: false }, typed.right)
    return (row) => E.exists((held: boolean) => held)(metered(() => run({ row, parent: null, group: null })))
  }
  return E.right({ hops, holds })
}
