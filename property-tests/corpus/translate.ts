/**
 * From the corpus's steps to querysets. The steps are made as data, not by callbacks: their names come as text.
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../../src/value/canonical.js'
import { invalidStep, type QueryError } from '../../src/value/QueryError.js'
import { kinds, type Kind } from '../../src/value/Value.js'
import type {
  AggregateName,
  Expression,
  Named,
  OrderKey,
  Predicate,
} from '../../src/expression/Expression.js'
import { aggregateType } from '../../src/expression/aggregate.js'
import { functions } from '../../src/expression/functions.js'
import { operandOf } from '../../src/expression/text/Operand.js'
import { parseLookups, type LookupTree } from '../../src/expression/text/parseLookups.js'
import { parsePath } from '../../src/expression/text/parsePath.js'
import { infer } from '../../src/expression/infer.js'
import {
  follow,
  followAll,
  modelOf,
  modelScope,
  type Scope,
  type ScopeColumn,
} from '../../src/expression/Scope.js'
import { toRef } from '../../src/expression/toRef.js'
import type { TypedSubquery } from '../../src/expression/Typed.js'
import { append } from '../../src/queryset/append.js'
import { allRows, type AnyQueryset, type Form, type Step } from '../../src/queryset/Queryset.js'
import type { Schema } from '../../src/schema/Schema.js'
import type { Json, Object_, Pipeline } from './Case.js'

type Expr = Expression<AnyQueryset>
type Result<A> = E.Either<QueryError, A>

const fail = (what: string): Result<never> =>
  E.left(invalidStep('filter', 0, `not understood: ${what}`, 'See the corpus.'))

/** Where an expression stands: its scope, that of the row around it, and whether it is about a group. */
interface Place {
  readonly schema: Schema
  readonly scope: Scope
  readonly outer: Scope | null
  readonly group: boolean
}

const isObject = (json: Json | undefined): json is Object_ =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
const isList = (json: Json | undefined): json is ReadonlyArray<Json> => Array.isArray(json)
const has = (json: Object_, name: string): boolean => Object.hasOwn(json, name)

const scalarKinds: ReadonlyArray<Kind> = ['date', 'datetime', 'time', 'decimal', 'uuid']

const literal = (json: Json): Expr | null => {
  if (typeof json === 'string') return { _tag: 'const', kind: 'text', value: json }
  if (typeof json === 'boolean') return { _tag: 'const', kind: 'boolean', value: json }
  if (typeof json === 'number')
    return { _tag: 'const', kind: Number.isSafeInteger(json) ? 'int' : 'float', value: json }
  if (json === null) return { _tag: 'const', kind: 'text', value: null }
  if (!isObject(json)) return null
  const kind = scalarKinds.find((each) => has(json, each))
  if (kind === undefined) return null
  const value = canonical(kind, json[kind])
  return O.isSome(value) ? { _tag: 'const', kind, value: value.value } : null
}

/** The kind that an expression has at a place. */
const kindOf = (place: Place, expression: Expr): Kind | null => {
  const typed = infer<AnyQueryset, TypedSubquery>(
    (inner) =>
      E.map((scope: Scope): TypedSubquery => {
        const [first] = scope.columns
        return { single: first === undefined ? null : { name: first[0], type: first[1] }, reach: 0 }
      })(inner.scope),
    place.group
      ? {
          scope: { ...place.scope, model: null, columns: new Map() },
          group: { ...place.scope, filled: false },
          parent: place.outer === null ? null : { scope: place.outer, group: null, parent: null },
        }
      : {
          scope: place.scope,
          group: null,
          parent: place.outer === null ? null : { scope: place.outer, group: null, parent: null },
        },
    expression,
  )
  return E.isRight(typed) ? typed.right.type.kind : null
}

const operators = ['add', 'sub', 'mul', 'div', 'mod']
const aggregates: ReadonlyArray<AggregateName> = ['count', 'sum', 'avg', 'min', 'max', 'stddev', 'variance']

const expressionAt = (place: Place, json: Json): Result<Expr> => {
  const constant = literal(json)
  if (constant !== null) return E.right(constant)
  if (!isObject(json)) return fail(JSON.stringify(json))
  return E.map((made: Expr) => asKind(place, made, json['as']))(bare(place, json))
}

const asKind = (place: Place, expression: Expr, as: Json | undefined): Expr => {
  const to = as === 'bool' ? 'boolean' : kinds.find((kind) => kind === as)
  return to === undefined || kindOf(place, expression) === to
    ? expression
    : { _tag: 'cast', to, arg: expression }
}

const bare = (place: Place, json: Object_): Result<Expr> => {
  const { scope } = place
  if (typeof json['f'] === 'string') return parsePath<AnyQueryset>(scope, json['f'])
  if (typeof json['outer'] === 'string')
    return place.outer === null
      ? fail('outer')
      : E.map((found: Expr): Expr => (found._tag === 'column' ? { ...found, level: 1 } : found))(
          parsePath<AnyQueryset>(place.outer, json['outer']),
        )
  const operator = operators.find((name) => has(json, name))
  if (operator !== undefined) {
    const args = json[operator]
    return isList(args) ? called(place, operator, args) : fail(operator)
  }
  if (typeof json['func'] === 'string') {
    const args = json['args']
    return functions.has(json['func']) && isList(args)
      ? called(place, json['func'], args)
      : fail(json['func'])
  }
  if (isList(json['case'])) return caseAt(place, json['case'], json['default'] ?? null)
  if (has(json, 'subquery'))
    return E.map((query: AnyQueryset): Expr => ({ _tag: 'subquery', query }))(
      subqueryAt(place, json['subquery']),
    )
  if (has(json, 'exists'))
    return E.map((query: AnyQueryset): Expr => ({ _tag: 'test', predicate: { _tag: 'exists', query } }))(
      subqueryAt(place, json['exists']),
    )
  const aggregate = aggregates.find((name) => has(json, name))
  return aggregate === undefined ? fail(JSON.stringify(json)) : aggregateAt(place, aggregate, json)
}

const called = (place: Place, name: string, args: ReadonlyArray<Json>): Result<Expr> =>
  E.map((operands: ReadonlyArray<Expr>): Expr => ({ _tag: 'call', name, args: operands }))(
    E.traverseArray((arg: Json) => expressionAt(place, arg))(args),
  )

const caseAt = (place: Place, branches: ReadonlyArray<Json>, otherwise: Json): Result<Expr> =>
  E.chain((made: ReadonlyArray<{ readonly when: Predicate<AnyQueryset>; readonly then: Expr }>) =>
    E.map((last: Expr): Expr => ({ _tag: 'case', branches: made, otherwise: last }))(
      expressionAt(place, otherwise),
    ),
  )(
    E.traverseArray((branch: Json) =>
      isList(branch)
        ? E.chain((when: Predicate<AnyQueryset>) =>
            E.map((then: Expr) => ({ when, then }))(expressionAt(place, branch[1] ?? null)),
          )(predicateAt(place, branch[0] ?? null))
        : fail('case'),
    )(branches),
  )

const subqueryAt = (place: Place, json: Json | undefined): Result<AnyQueryset> =>
  isObject(json) && typeof json['model'] === 'string' && isList(json['steps'])
    ? translate(
        place.schema,
        { model: json['model'], steps: json['steps'] as Pipeline['steps'] },
        place.scope,
      )
    : fail('subquery')

/** The relations that a path begins with, up to the last that leads to many. */
const manyPrefix = (scope: Scope, path: string): ReadonlyArray<string> => {
  const parts = path.split('__')
  const walk = (at: Scope, i: number, last: number): number => {
    const name = parts[i]
    const relation = name === undefined ? undefined : modelOf(at)?.relations.get(name)
    if (relation === undefined || name === undefined) return last
    const next = follow(at, name)
    return E.isLeft(next) ? last : walk(next.right.scope, i + 1, relation.many ? i + 1 : last)
  }
  return parts.slice(0, walk(scope, 0, 0))
}

const pathsIn = (json: Json | undefined): ReadonlyArray<string> =>
  typeof json === 'string'
    ? [json]
    : isList(json)
      ? json.flatMap(pathsIn)
      : isObject(json)
        ? [
            ...(typeof json['f'] === 'string' ? [json['f']] : []),
            ...Object.entries(json).flatMap(([name, each]) =>
              name === 'f' || typeof each === 'string' ? [] : pathsIn(each),
            ),
          ]
        : []

/** The same words without the relation that they begin with. */
const relative = (json: Json, prefix: string): Json => {
  if (prefix === '') return json
  const cut = (path: string) =>
    path === prefix ? 'pk' : path.startsWith(`${prefix}__`) ? path.slice(prefix.length + 2) : path
  if (isList(json)) return json.map((each) => relative(each, prefix))
  if (!isObject(json)) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name,
      (name === 'f' || name === 'lookup') && typeof value === 'string' ? cut(value) : relative(value, prefix),
    ]),
  )
}

const aggregateAt = (place: Place, name: AggregateName, json: Object_): Result<Expr> => {
  const said = json[name] ?? null
  const path = typeof said === 'string' ? said : null
  const prefix =
    (path !== null ? [path] : pathsIn(said))
      .map((each) => manyPrefix(place.scope, each))
      .find((each) => each.length > 0) ?? []
  const text = prefix.join('__')
  return E.chain(({ scope }: { readonly scope: Scope }) => {
    const there: Place = { ...place, scope, group: false }
    const argument: Json = path === null ? relative(said, text) : relative({ f: path }, text)
    const arg: Result<Expr> = expressionAt(there, argument)
    const filter =
      json['filter'] === undefined ? E.right(null) : predicateAt(there, relative(json['filter'], text))
    return E.chain((value: Expr) =>
      E.map((condition: Predicate<AnyQueryset> | null): Expr => {
        const made: Expr = {
          _tag: 'aggregate',
          name,
          over: place.group ? 'group' : 'row',
          level: 0,
          relation: prefix,
          arg: value,
          distinct: json['distinct'] === true,
          filter: condition,
          default: null,
          sample: false,
        }
        // An annotation that aggregates the row itself is about a group of one.
        return !place.group && prefix.length === 0 ? ofOneRow(place, made) : made
      })(filter),
    )(arg)
  })(followAll(place.scope, prefix))
}

const ofOneRow = (place: Place, made: Extract<Expr, { readonly _tag: 'aggregate' }>): Expr => {
  const arg = made.arg ?? { _tag: 'const', kind: 'int', value: null }
  const kind = kindOf(place, arg) ?? 'int'
  const there: Predicate<AnyQueryset> = {
    _tag: 'and',
    all: [
      { _tag: 'not', predicate: { _tag: 'lookup', name: 'isnull', left: arg, right: [] } },
      ...(made.filter === null ? [] : [made.filter]),
    ],
  }
  const type = aggregateType(made.name, kind)?.kind ?? kind
  const zero: Expr = { _tag: 'const', kind: type, value: type === 'decimal' ? '0' : 0 }
  const value: Expr =
    made.name === 'count'
      ? { _tag: 'const', kind: 'int', value: 1 }
      : made.name === 'stddev' || made.name === 'variance'
        ? zero
        : made.name === 'avg'
          ? { _tag: 'cast', to: type, arg }
          : arg
  return {
    _tag: 'case',
    branches: [{ when: there, then: value }],
    otherwise:
      made.name === 'count'
        ? { _tag: 'const', kind: 'int', value: 0 }
        : { _tag: 'const', kind: type, value: null },
  }
}

/** The corpus's predicates as a tree of lookups, with what isn't a lookup beside. */
const predicateAt = (place: Place, json: Json): Result<Predicate<AnyQueryset>> => {
  if (!isObject(json)) return fail(JSON.stringify(json))
  const plain = treeOf(place, json)
  if (E.isLeft(plain)) return plain
  if (plain.right !== null) return parseLookups<AnyQueryset>(place.scope, plain.right)
  if (isList(json['and']))
    return E.chain((parts: ReadonlyArray<{ readonly tree: LookupTree | null; readonly part: Json }>) => {
      // The lookups among them speak of the same related rows, whatever stands beside them.
      const and = parts.flatMap(({ tree }) => (tree === null ? [] : [tree]))
      return E.map((all: ReadonlyArray<Predicate<AnyQueryset>>): Predicate<AnyQueryset> => ({
        _tag: 'and',
        all,
      }))(
        E.sequenceArray([
          parseLookups<AnyQueryset>(place.scope, { and }),
          ...parts.flatMap(({ tree, part }) => (tree === null ? [predicateAt(place, part)] : [])),
        ]),
      )
    })(
      E.traverseArray((part: Json) =>
        E.map((tree: LookupTree | null) => ({ tree, part }))(treeOf(place, part)),
      )(flattened(json['and'])),
    )
  if (isList(json['or']))
    return E.map((any: ReadonlyArray<Predicate<AnyQueryset>>): Predicate<AnyQueryset> => ({
      _tag: 'or',
      any,
    }))(E.traverseArray((each: Json) => predicateAt(place, each))(json['or']))
  if (has(json, 'not'))
    return E.map((predicate: Predicate<AnyQueryset>): Predicate<AnyQueryset> => ({ _tag: 'not', predicate }))(
      predicateAt(place, json['not'] ?? null),
    )
  if (has(json, 'exists'))
    return E.map((query: AnyQueryset): Predicate<AnyQueryset> => ({ _tag: 'exists', query }))(
      subqueryAt(place, json['exists']),
    )
  const value = json['value']
  if (typeof json['lookup'] === 'string' && isObject(value) && has(value, 'queryset'))
    return inQueryset(place, json['lookup'], value['queryset'] ?? null)
  return fail(JSON.stringify(json))
}

/** What is said by `and`s within an `and`. */
const flattened = (all: ReadonlyArray<Json>): ReadonlyArray<Json> =>
  all.flatMap((each) => (isObject(each) && isList(each['and']) ? flattened(each['and']) : [each]))

const inQueryset = (place: Place, lookup: string, json: Json): Result<Predicate<AnyQueryset>> => {
  const path = lookup.replace(/__in$/u, '')
  const prefix = manyPrefix(place.scope, path)
  return E.chain((query: AnyQueryset) => {
    if (prefix.length > 0) {
      const rest = path.split('__').slice(prefix.length).join('__')
      return E.chain(({ scope }: { readonly scope: Scope }) =>
        E.map((left: Expr): Predicate<AnyQueryset> => ({
          _tag: 'some',
          level: 0,
          relation: prefix,
          predicate: { _tag: 'inQuery', left, query },
        }))(parsePath<AnyQueryset>(scope, rest === '' ? 'pk' : rest)),
      )(followAll(place.scope, prefix))
    }
    return E.map((left: Expr): Predicate<AnyQueryset> => ({ _tag: 'inQuery', left, query }))(
      parsePath<AnyQueryset>(place.scope, path),
    )
  })(subqueryAt(place, json))
}

/** A tree of lookups, or `null` where there is something else in it. */
const treeOf = (place: Place, json: Json): Result<LookupTree | null> => {
  if (!isObject(json)) return E.right(null)
  const list = (
    items: ReadonlyArray<Json>,
    wrap: (trees: ReadonlyArray<LookupTree>) => LookupTree,
  ): Result<LookupTree | null> =>
    E.map((trees: ReadonlyArray<LookupTree | null>) => {
      const whole = trees.flatMap((tree) => (tree === null ? [] : [tree]))
      return whole.length === trees.length ? wrap(whole) : null
    })(E.traverseArray((each: Json) => treeOf(place, each))(items))
  if (isList(json['and'])) return list(json['and'], (and) => ({ and }))
  if (isList(json['or'])) return list(json['or'], (or) => ({ or }))
  if (has(json, 'not'))
    return E.map((not: LookupTree | null) => (not === null ? null : { not }))(
      treeOf(place, json['not'] ?? null),
    )
  if (typeof json['lookup'] !== 'string') return E.right(null)
  const lookup = json['lookup']
  const value = json['value'] ?? null
  if (isObject(value) && has(value, 'queryset')) return E.right(null)
  return E.map((each: unknown): LookupTree => ({ lookup, value: each }))(
    valueAt(place, value, ofText.test(lookup)),
  )
}

const ofText = /__(?:i?exact|i?contains|i?startswith|i?endswith|i?regex)$/u

const valueAt = (place: Place, json: Json, text: boolean): Result<unknown> => {
  if (isList(json)) return E.traverseArray((each: Json) => valueAt(place, each, text))(json)
  if (!isObject(json)) return E.right(json)
  const kind = scalarKinds.find((each) => has(json, each))
  // A decimal may be compared with any number; where text is compared, it is its spelling.
  return kind !== undefined && (kind !== 'decimal' || text)
    ? E.right(json[kind])
    : E.map((expression: Expr): unknown => operandOf(expression))(expressionAt(place, json))
}

const keyAt = (place: Place, json: Json): Result<OrderKey<AnyQueryset>> => {
  const made = (expression: Expr, desc: boolean, nulls: Json | undefined): OrderKey<AnyQueryset> => ({
    expression,
    direction: desc ? 'desc' : 'asc',
    nulls: nulls === 'first' || nulls === 'last' ? nulls : desc ? 'first' : 'last',
  })
  if (typeof json === 'string') {
    const desc = json.startsWith('-')
    return E.map((expression: Expr) => made(expression, desc, undefined))(
      parsePath<AnyQueryset>(place.scope, desc ? json.slice(1) : json),
    )
  }
  if (!isObject(json)) return fail('order_by')
  const said = json['expr'] ?? null
  return E.map((expression: Expr) => made(expression, json['desc'] === true, json['nulls']))(
    typeof said === 'string' ? parsePath<AnyQueryset>(place.scope, said) : expressionAt(place, said),
  )
}

const strings = (json: Json | undefined): ReadonlyArray<string> =>
  isList(json) ? json.filter((each): each is string => typeof each === 'string') : []

const projected = (place: Place, columns: ReadonlyArray<Named<AnyQueryset>>): Scope => ({
  schema: place.schema,
  model: null,
  columns: new Map(
    columns.map(({ name, expression }): [string, ScopeColumn] => [name, columnOf(place, expression)]),
  ),
})

const columnOf = (place: Place, expression: Expr): ScopeColumn => ({
  kind: kindOf(place, expression) ?? 'text',
  nullable: true,
  target: null,
  codec: null,
})

const stepTo = (queryset: AnyQueryset, step: Step, scope?: Scope): AnyQueryset =>
  append(queryset, step._tag, () => E.right(scope === undefined ? { step } : { step, scope }))

const failed = (queryset: AnyQueryset, error: QueryError): AnyQueryset => ({
  ...queryset,
  scope: E.left(error),
})

/** A queryset; right after `values`, also those, the keys by which an `annotate` will group, and what it will group. */
interface Translated {
  readonly queryset: AnyQueryset
  readonly grouping: ReadonlyArray<Named<AnyQueryset>> | null
  readonly before: AnyQueryset
  readonly values: ReadonlyArray<Json> | null
}

const started = (queryset: AnyQueryset): Translated => ({
  queryset,
  grouping: null,
  before: queryset,
  values: null,
})

/** Whether an expression aggregates the rows where it stands. */
const aggregatesRows = (json: Json): boolean =>
  isList(json)
    ? json.some(aggregatesRows)
    : isObject(json) &&
      Object.entries(json).some(
        ([name, each]) =>
          aggregates.some((aggregate) => aggregate === name) ||
          (name !== 'subquery' && name !== 'exists' && name !== 'queryset' && aggregatesRows(each)),
      )

/** The queryset that a pipeline of the corpus spells. */
export const translate = (
  schema: Schema,
  { model, steps }: Pipeline,
  outer: Scope | null = null,
): Result<AnyQueryset> => {
  const start = allRows(schema, model)
  const made = steps.reduce<Translated>((so, step) => {
    const next = takeStep(schema, outer, so, step)
    if (step[0] === 'values' || step[0] === 'values_list') {
      const keys = valuesKeys(schema, so.queryset, step)
      return keys === null
        ? started(next)
        : { queryset: next, grouping: keys, before: so.queryset, values: step }
    }
    // Right after `values` one may still speak of what it leaves out.
    if (so.values !== null && (step[0] === 'filter' || step[0] === 'exclude' || step[0] === 'order_by')) {
      const before = takeStep(schema, outer, started(so.before), step)
      return { ...so, before, queryset: takeStep(schema, outer, started(before), so.values) }
    }
    return started(next)
  }, started(start))
  return E.map(() => made.queryset)(made.queryset.scope)
}

const valuesKeys = (
  schema: Schema,
  queryset: AnyQueryset,
  step: ReadonlyArray<Json>,
): ReadonlyArray<Named<AnyQueryset>> | null =>
  E.isLeft(queryset.scope)
    ? null
    : E.getOrElse((): ReadonlyArray<Named<AnyQueryset>> | null => null)(
        namedPaths({ schema, scope: queryset.scope.right, outer: null, group: false }, strings(step[1])),
      )

const namedPaths = (place: Place, paths: ReadonlyArray<string>): Result<ReadonlyArray<Named<AnyQueryset>>> =>
  E.traverseArray((path: string) =>
    E.map((expression: Expr): Named<AnyQueryset> => ({ name: path, expression }))(
      parsePath<AnyQueryset>(place.scope, path),
    ),
  )(paths)

/** The keys that a to-many relation leads to, once for each related row: those of the rows that hold them. */
const behindMany = (
  schema: Schema,
  queryset: AnyQueryset,
  scope: Scope,
  path: string,
): AnyQueryset | null => {
  const relation = modelOf(scope)?.relations.get(path)
  if (relation === undefined || !relation.many || relation.via._tag === 'forward') return null
  const [model, near, far] =
    relation.via._tag === 'through'
      ? [relation.via.model, relation.via.near, relation.via.far]
      : [relation.target, relation.via.column, schema.models.get(relation.target)?.primaryKey ?? 'id']
  const holders = stepTo(allRows(schema, model), {
    _tag: 'filter',
    predicate: { _tag: 'inQuery', left: { _tag: 'column', path: [near], level: 0 }, query: queryset },
  })
  if (E.isLeft(holders.scope)) return holders
  const columns: ReadonlyArray<Named<AnyQueryset>> = [
    { name: path, expression: { _tag: 'column', path: [far], level: 0 } },
  ]
  return stepTo(
    holders,
    { _tag: 'values', columns, form: 'record' },
    projected({ schema, scope: holders.scope.right, outer: null, group: false }, columns),
  )
}

const aggregating = (json: Json): boolean =>
  isList(json)
    ? json.some(aggregating)
    : isObject(json) &&
      !has(json, 'subquery') &&
      (aggregates.some((name) => has(json, name)) || Object.values(json).some(aggregating))

const takeStep = (
  schema: Schema,
  outer: Scope | null,
  { queryset, grouping, before }: Translated,
  step: ReadonlyArray<Json>,
): AnyQueryset => {
  if (E.isLeft(queryset.scope)) return queryset
  const scope = queryset.scope.right
  const place: Place = { schema, scope, outer, group: false }
  const [name, first, second, third] = step
  const then = <A>(result: Result<A>, next: (value: A) => AnyQueryset): AnyQueryset =>
    E.isLeft(result) ? failed(queryset, result.left) : next(result.right)
  switch (name) {
    case 'filter':
      return then(predicateAt(place, first ?? null), (predicate) =>
        stepTo(queryset, { _tag: 'filter', predicate }),
      )
    case 'exclude':
      return then(predicateAt(place, first ?? null), (predicate) =>
        stepTo(queryset, { _tag: 'filter', predicate: { _tag: 'not', predicate } }),
      )
    case 'order_by':
      // Without keys it forgets the order: ours is then by the primary key, which nobody is promised.
      return then(E.traverseArray((key: Json) => keyAt(place, key))(isList(first) ? first : []), (keys) =>
        stepTo(queryset, { _tag: 'orderBy', keys }),
      )
    case 'reverse':
      return stepTo(queryset, { _tag: 'reverse' })
    case 'slice':
      return stepTo(queryset, {
        _tag: 'slice',
        start: Number(first),
        stop: second === null || second === undefined ? null : Number(second),
      })
    case 'distinct':
      return first === undefined
        ? stepTo(queryset, { _tag: 'distinct' })
        : then(namedPaths(place, strings(first)), (keys) =>
            stepTo(queryset, { _tag: 'distinctOn', keys: keys.map(({ expression }) => expression) }),
          )
    case 'values':
    case 'values_list': {
      const paths = strings(first)
      const through = paths.length === 1 ? behindMany(schema, queryset, scope, paths[0] ?? '') : null
      if (through !== null) return through
      const form: Form = name === 'values' ? 'record' : second === 'flat' ? 'flat' : 'tuple'
      return then(namedPaths(place, paths), (given) => {
        const columns = given.map((each, i) => ({
          ...each,
          name: form === 'record' ? each.name : form === 'flat' ? 'value' : String(i),
        }))
        return stepTo(queryset, { _tag: 'values', columns, form }, projected(place, columns))
      })
    }
    case 'annotate': {
      const given = Object.entries(isObject(first) ? first : {})
      if (grouping !== null && E.isRight(before.scope) && !given.some(([, json]) => aggregating(json))) {
        // Nothing is aggregated: the rows stay, and their columns can be made of those that `values` left out.
        const rows: Place = { schema, scope: before.scope.right, outer, group: false }
        return then(
          E.traverseArray(([as, json]: readonly [string, Json]) =>
            E.map((expression: Expr): Named<AnyQueryset> => ({ name: as, expression }))(
              expressionAt(rows, json),
            ),
          )(given),
          (made) => {
            const columns = [...grouping, ...made]
            return stepTo(before, { _tag: 'values', columns, form: 'record' }, projected(rows, columns))
          },
        )
      }
      if (grouping !== null && E.isRight(before.scope)) {
        const rows: Place = { schema, scope: before.scope.right, outer, group: false }
        const groups: Place = { ...rows, group: true }
        const named = (at: Place, some: typeof given) =>
          E.traverseArray(([as, json]: readonly [string, Json]) =>
            E.map((expression: Expr): Named<AnyQueryset> => ({ name: as, expression }))(
              expressionAt(at, json),
            ),
          )(some)
        const ofGroup = given.filter(([, json]) => aggregatesRows(json))
        // What doesn't aggregate is one more of the values.
        return then(
          named(
            rows,
            given.filter(([, json]) => !aggregatesRows(json)),
          ),
          (more) => {
            const keys = [...grouping, ...more]
            return ofGroup.length === 0
              ? stepTo(before, { _tag: 'values', columns: keys, form: 'record' }, projected(rows, keys))
              : then(named(groups, ofGroup), (made) =>
                  stepTo(
                    before,
                    { _tag: 'groupBy', keys, aggregates: made },
                    {
                      schema,
                      model: null,
                      columns: new Map([
                        ...projected(rows, keys).columns,
                        ...projected(groups, made).columns,
                      ]),
                    },
                  ),
                )
          },
        )
      }
      return then(
        E.traverseArray(([as, json]: readonly [string, Json]) =>
          E.map((expression: Expr): Named<AnyQueryset> => ({ name: as, expression }))(
            expressionAt(place, json),
          ),
        )(given),
        (columns) =>
          stepTo(
            queryset,
            { _tag: 'annotate', columns },
            { ...scope, columns: new Map([...scope.columns, ...projected(place, columns).columns]) },
          ),
      )
    }
    case 'union':
    case 'intersection':
    case 'difference':
      return then(
        E.traverseArray((each: Json) =>
          isObject(each) ? translate(schema, each as unknown as Pipeline, outer) : fail(name),
        )(isList(first) ? first : []),
        (others) => stepTo(queryset, { _tag: name, others }),
      )
    case 'and':
    case 'or':
      return then(
        isObject(first) ? translate(schema, first as unknown as Pipeline, outer) : fail(name),
        (other) => stepTo(queryset, { _tag: name, other }),
      )
    case 'dates':
    case 'datetimes':
      return then(parsePath<AnyQueryset>(scope, typeof first === 'string' ? first : ''), (column) => {
        const day: Expr =
          name === 'dates' && kindOf(place, column) === 'datetime'
            ? { _tag: 'call', name: 'date', args: [column] }
            : column
        const columns: ReadonlyArray<Named<AnyQueryset>> = [
          {
            name: 'value',
            expression: {
              _tag: 'call',
              name: `trunc_${typeof second === 'string' ? second : ''}`,
              args: [day],
            },
          },
        ]
        const value: Expr = { _tag: 'column', path: ['value'], level: 0 }
        const steps: ReadonlyArray<Step> = [
          {
            _tag: 'filter',
            predicate: { _tag: 'not', predicate: { _tag: 'lookup', name: 'isnull', left: value, right: [] } },
          },
          { _tag: 'distinct' },
          {
            _tag: 'orderBy',
            keys: [
              {
                expression: value,
                direction: third === 'DESC' ? 'desc' : 'asc',
                nulls: third === 'DESC' ? 'first' : 'last',
              },
            ],
          },
        ]
        return steps.reduce(
          (so, each) => stepTo(so, each),
          stepTo(queryset, { _tag: 'values', columns, form: 'flat' }, projected(place, columns)),
        )
      })
    default:
      return failed(
        queryset,
        invalidStep('filter', 0, `no such step: ${JSON.stringify(name)}`, 'See the corpus.'),
      )
  }
}

/** The aggregates of a terminal, as a queryset of one row. */
export const aggregated = (schema: Schema, queryset: AnyQueryset, json: Json): Result<AnyQueryset> =>
  E.chain((scope: Scope) => {
    const rows: Place = { schema, scope, outer: null, group: true }
    return E.map((aggregatesOf: ReadonlyArray<Named<AnyQueryset>>) =>
      stepTo(
        queryset,
        { _tag: 'groupBy', keys: [], aggregates: aggregatesOf },
        projected(rows, aggregatesOf),
      ),
    )(
      E.traverseArray(([name, each]: readonly [string, Json]) =>
        E.map((expression: Expr): Named<AnyQueryset> => ({ name, expression }))(expressionAt(rows, each)),
      )(Object.entries(isObject(json) ? json : {})),
    )
  })(queryset.scope)

/** A predicate of a terminal. */
export const predicateFor = (
  schema: Schema,
  queryset: AnyQueryset,
  json: Json,
): Result<Predicate<AnyQueryset>> =>
  E.chain((scope: Scope) => predicateAt({ schema, scope, outer: null, group: false }, json))(queryset.scope)

/** Order keys of a terminal. */
export const keysFor = (
  schema: Schema,
  queryset: AnyQueryset,
  json: Json,
): Result<ReadonlyArray<OrderKey<AnyQueryset>>> =>
  E.chain((scope: Scope) =>
    E.traverseArray((key: Json) => keyAt({ schema, scope, outer: null, group: false }, key))(
      isList(json) ? json : [],
    ),
  )(queryset.scope)

/** The kind that an expression has, on the rows of a model or of one that its relations lead to. */
export const kindIn = (schema: Schema, model: string, json: Json): Kind | null => {
  const scope = modelScope(schema, model)
  if (E.isLeft(scope)) return null
  const paths = typeof json === 'string' ? [json] : pathsIn(json)
  const prefix = paths.map((path) => manyPrefix(scope.right, path)).find(({ length }) => length > 0) ?? []
  const text = prefix.join('__')
  const said = relative(typeof json === 'string' ? { f: json } : json, text)
  const kind = E.chain(({ scope: inside }: { readonly scope: Scope }) => {
    const place: Place = { schema, scope: inside, outer: null, group: false }
    return E.map((expression: Expr) => kindOf(place, expression))(expressionAt(place, said))
  })(followAll(scope.right, prefix))
  return E.isRight(kind) ? kind.right : null
}

/**
 * The values of a write by field: constants as they stand, and references for what is computed from the row.
 */
export const valuesFor = (
  schema: Schema,
  queryset: AnyQueryset,
  json: Json,
): Result<{ readonly [field: string]: unknown }> =>
  E.chain((scope: Scope) => {
    const place: Place = { schema, scope, outer: null, group: false }
    return E.map((entries: ReadonlyArray<readonly [string, unknown]>) => Object.fromEntries(entries))(
      E.traverseArray(([field, value]: readonly [string, Json]): Result<readonly [string, unknown]> => {
        const constant = literal(value)
        return constant?._tag === 'const'
          ? E.right([field.replace(/_id$/u, ''), constant.value] as const)
          : E.map(
              (expression: Expr) => [field, toRef(expression, kindOf(place, expression) ?? 'text')] as const,
            )(expressionAt(place, value))
      })(Object.entries(isObject(json) ? json : {})),
    )
  })(queryset.scope)
