/**
 * Lookups as text: Django's `album__artist__name__icontains`.
 *
 * A path is read from the left: columns of the row, whose names may have `__` in them (the longest that fits is
 * taken), else relations, which go on at the related row; then transforms, then the lookup. A column of the related
 * row goes before a transform or lookup of the same name.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { aKind, sortOf } from '../value/describe.js'
import { invalidField, invalidQuery, type QueryError } from '../value/QueryError.js'
import type { Json, Kind } from '../value/Value.js'
import type { Call, Const, Expression, Lookup, LookupName, Predicate, Some, Subquery } from './Expression.js'
import { functions } from './functions.js'
import { shift } from './shift.js'
import { columnType, follow, modelOf, namesOf, type Scope } from './Scope.js'

/**
 * Lookups put together.
 *
 * @since 0.1.0
 */
export type LookupTree =
  | { readonly lookup: string; readonly value: unknown }
  | { readonly and: ReadonlyArray<LookupTree> }
  | { readonly or: ReadonlyArray<LookupTree> }
  | { readonly not: LookupTree }

const lookupNames: ReadonlyArray<LookupName> = [
  'exact',
  'iexact',
  'contains',
  'icontains',
  'startswith',
  'istartswith',
  'endswith',
  'iendswith',
  'in',
  'gt',
  'gte',
  'lt',
  'lte',
  'range',
  'isnull',
  'regex',
  'iregex',
]

const textual: ReadonlySet<LookupName> = new Set([
  'iexact',
  'contains',
  'icontains',
  'startswith',
  'istartswith',
  'endswith',
  'iendswith',
  'regex',
  'iregex',
])

const ordering: ReadonlySet<LookupName> = new Set(['gt', 'gte', 'lt', 'lte', 'range'])

const transforms: ReadonlyArray<string> =
  'date year iso_year quarter month week day week_day iso_week_day time hour minute second lower upper length trim ltrim rtrim reverse abs ceil floor round sign sqrt exp ln'.split(
    ' ',
  )

/**
 * A path as far as it has been read: the to-many relations passed (each with the to-one ones before it), the scope
 * that they lead to, the path from there, and the rest.
 */
interface Target {
  readonly relations: ReadonlyArray<ReadonlyArray<string>>
  readonly scope: Scope
  readonly path: ReadonlyArray<string>
  readonly rest: ReadonlyArray<string>
}

/** The transforms that values of a kind have. */
const transformsOf = (kind: Kind): ReadonlyArray<string> =>
  transforms.filter((name) => {
    const definition = functions.get(name)
    return definition !== undefined && E.isRight(definition.type([{ kind, nullable: true }]))
  })

/** The lookups that values of a kind have: json has no order. Text lookups are about any value's text. */
const lookupsOf = (kind: Kind): ReadonlyArray<LookupName> =>
  kind === 'json' ? lookupNames.filter((name) => !ordering.has(name)) : lookupNames

const suffixesOf = (kind: Kind): ReadonlyArray<string> => [...transformsOf(kind), ...lookupsOf(kind)]

/** What can follow at a scope: behind a relation also what can follow the key that the relation stands for. */
const namesAt = (scope: Scope, behindRelation: boolean): ReadonlyArray<string> => {
  const model = modelOf(scope)
  const key = model?.columns.get(model.primaryKey)
  return [
    ...new Set([
      ...namesOf(scope),
      ...(key === undefined ? [] : ['pk']),
      ...(behindRelation && key !== undefined ? suffixesOf(key.kind) : []),
    ]),
  ]
}

const wrong = (scope: Scope, path: string, name: string, names: ReadonlyArray<string>): QueryError => {
  const error = invalidField(scope.model, name, `is not there (in '${path}')`, names)
  return { ...error, path }
}

/** The names of columns may have `__` in them: the longest that fits is taken. */
const columnAhead = (scope: Scope, parts: ReadonlyArray<string>): string | null => {
  const candidates = parts.map((_, i) => parts.slice(0, parts.length - i).join('__'))
  return candidates.find((name) => scope.columns.has(name)) ?? null
}

const resolve = (scope: Scope, text: string): E.Either<QueryError, Target> => {
  const walk = (target: Target): E.Either<QueryError, Target> => {
    const { scope: at, path, rest, relations } = target
    const [head, ...tail] = rest
    if (head === undefined) return E.right(target)
    const column = columnAhead(at, rest)
    const relation = column === null || column === head ? modelOf(at)?.relations.get(head) : undefined
    if (relation !== undefined) {
      // A transform or lookup ends the path; so does a column, which leads nowhere.
      return E.flatMap(follow(at, head), ({ scope: next }: { readonly scope: Scope }) =>
        relation.many
          ? walk({ relations: [...relations, [...path, head]], scope: next, path: [], rest: tail })
          : leadsOn(next, tail)
            ? walk({ relations, scope: next, path: [...path, head], rest: tail })
            : E.right({ relations, scope: at, path: [...path, head], rest: tail }),
      )
    }
    if (column !== null)
      return E.right({
        relations,
        scope: at,
        path: [...path, column],
        rest: rest.slice(column.split('__').length),
      })
    const key = head === 'pk' ? modelOf(at)?.primaryKey : undefined
    if (key !== undefined) return E.right({ relations, scope: at, path: [...path, key], rest: tail })
    return path.length === 0 && relations.length > 0 && isSuffix(head)
      ? E.right(target)
      : E.left(wrong(at, text, head, namesAt(at, path.length + relations.length > 0)))
  }
  return walk({ relations: [], scope, path: [], rest: text.split('__') })
}

const isSuffix = (name: string): boolean =>
  lookupNames.some((lookup) => lookup === name) || transforms.includes(name)

/** Whether what follows a to-one relation is about the related row, rather than about the key. */
const leadsOn = (scope: Scope, tail: ReadonlyArray<string>): boolean => {
  const [head] = tail
  if (head === undefined) return false
  return (
    columnAhead(scope, tail) !== null ||
    modelOf(scope)?.relations.has(head) === true ||
    head === 'pk' ||
    !isSuffix(head)
  )
}

interface Side<S> {
  readonly expression: Expression<S>
  readonly kind: Kind
}

/** The left side: a column, with transforms. What is left of the path comes back. */
const sideOf = <S>(
  { scope, path, rest }: Target,
  root: Scope,
  text: string,
): E.Either<QueryError, { readonly side: Side<S>; readonly lookups: ReadonlyArray<string> }> => {
  const pk = modelOf(scope)?.primaryKey ?? ''
  // The path of a target begins at the last to-many relation, or at the root.
  const start = path.length === 0 ? [pk] : path
  return E.flatMap(columnType(root, start), ({ type }: { readonly type: { readonly kind: Kind } }) =>
    transformed<S>(
      { expression: { _tag: 'column', path: start, level: 0 }, kind: type.kind },
      rest,
      scope,
      text,
    ),
  )
}

const transformed = <S>(
  side: Side<S>,
  rest: ReadonlyArray<string>,
  scope: Scope,
  text: string,
): E.Either<QueryError, { readonly side: Side<S>; readonly lookups: ReadonlyArray<string> }> => {
  const [name, ...tail] = rest
  const definition = name === undefined || !transforms.includes(name) ? undefined : functions.get(name)
  if (name === undefined || definition === undefined) return E.right({ side, lookups: rest })
  return E.fold(
    (why: string): ReturnType<typeof transformed<S>> =>
      E.left(invalidField(scope.model, text, `${name} ${why}`, suffixesOf(side.kind))),
    ({ kind }: { readonly kind: Kind }) =>
      transformed<S>(
        { expression: { _tag: 'call', name, args: [side.expression] }, kind },
        tail,
        scope,
        text,
      ),
  )(definition.type([{ kind: side.kind, nullable: true }]))
}

/** Where a value that is an expression keeps it: no JSON has a key like this. */
const wrapped: unique symbol = Symbol('expression')

/**
 * An expression as the value of a lookup.
 *
 * @since 0.1.0
 */
export interface Operand<S> {
  readonly [wrapped]: Expression<S>
}

/**
 * An expression as the value of a lookup. What isn't wrapped like this is taken as JSON, whatever it looks like: it
 * may come from somebody else.
 *
 * @since 0.1.0
 */
export const operandOf = <S>(expression: Expression<S>): Operand<S> => ({ [wrapped]: expression })

const isOperand = <S>(u: unknown): u is Operand<S> => typeof u === 'object' && u !== null && wrapped in u

const isSubquery = <S>(u: unknown): u is Operand<S> & { readonly [wrapped]: Subquery<S> } =>
  isOperand<S>(u) && u[wrapped]._tag === 'subquery'

const operand = <S>(kind: Kind, value: unknown, text: string): E.Either<QueryError, Expression<S>> =>
  isOperand<S>(value)
    ? E.right(value[wrapped])
    : O.fold(
        () => E.left(invalidField(null, text, `takes ${aKind(kind)}, not ${sortOf(value)}`)),
        (json: Json): E.Either<QueryError, Expression<S>> => E.right({ _tag: 'const', kind, value: json }),
      )(canonical(kind, value))

const operands = <S>(
  kind: Kind,
  values: ReadonlyArray<unknown>,
  text: string,
): E.Either<QueryError, ReadonlyArray<Expression<S>>> =>
  E.traverseArray((value: unknown) => fitting<S>(kind, value, text))(values)

/** An int may be compared with a fraction. */
const fitting = <S>(kind: Kind, value: unknown, text: string): E.Either<QueryError, Expression<S>> =>
  kind === 'int' && typeof value === 'number' && !Number.isSafeInteger(value)
    ? operand<S>('float', value, text)
    : operand<S>(kind, value, text)

const predicateOf = <S>(
  side: Side<S>,
  lookups: ReadonlyArray<string>,
  value: unknown,
  scope: Scope,
  text: string,
): E.Either<QueryError, Predicate<S>> => {
  const [given = 'exact', extra] = lookups
  const name = lookupsOf(side.kind).find((each) => each === given)
  if (name === undefined) return E.left(wrong(scope, text, given, suffixesOf(side.kind)))
  if (extra !== undefined) return E.left(invalidField(scope.model, text, `nothing can follow '${name}'`))
  const missing: Predicate<S> = { _tag: 'lookup', name: 'isnull', left: side.expression, right: [] }
  if (name === 'isnull')
    return typeof value === 'boolean'
      ? E.right(value ? missing : { _tag: 'not', predicate: missing })
      : E.left(invalidField(scope.model, text, 'isnull takes true or false'))
  if ((name === 'exact' || name === 'iexact') && value === null) return E.right(missing)
  const made =
    (left: Expression<S>) =>
    (right: ReadonlyArray<Expression<S>>): Predicate<S> => ({
      _tag: 'lookup',
      name,
      left,
      right,
    })
  if (textual.has(name))
    return side.kind === 'text'
      ? E.map(made(side.expression))(operands<S>('text', [value], text))
      : E.map(made({ _tag: 'cast', to: 'text', arg: side.expression }))(
          // A number is looked for by its digits.
          operands<S>('text', [typeof value === 'number' ? String(value) : value], text),
        )
  if (name === 'in' && isSubquery<S>(value))
    return E.right({ _tag: 'inQuery', left: side.expression, query: value[wrapped].query })
  if (name !== 'in' && name !== 'range')
    return E.map(made(side.expression))(operands<S>(side.kind, [value], text))
  if (!Array.isArray(value)) return E.left(invalidField(scope.model, text, `${name} takes a list`))
  const list: ReadonlyArray<unknown> = value
  return name === 'range' && list.length !== 2
    ? E.left(invalidField(scope.model, text, 'range takes a list of two'))
    : E.map(made(side.expression))(
        operands<S>(side.kind, name === 'in' ? list.filter((each) => each !== null) : list, text),
      )
}

/**
 * Expressions are about the row where the path begins, which is so many rows further out behind to-many relations.
 */
const outwards = (
  value: unknown,
  by: number,
  text: string,
  inList = false,
): E.Either<QueryError, unknown> => {
  // The members of a list may be expressions; a list in a list is JSON.
  if (Array.isArray(value) && !inList)
    return E.traverseArray((each: unknown) => outwards(each, by, text, true))(value as ReadonlyArray<unknown>)
  if (!isOperand<unknown>(value)) return E.right(value)
  const moved = shift<unknown, Expression<unknown>>(value[wrapped], by)
  return moved === null
    ? E.left(
        invalidField(null, text, "can't be compared with a subquery behind a to-many relation: use 'some'"),
      )
    : E.right(operandOf(moved))
}

const within = <S>(relations: ReadonlyArray<ReadonlyArray<string>>, predicate: Predicate<S>): Predicate<S> =>
  relations.reduceRight<Predicate<S>>(
    (inside, relation) => ({ _tag: 'some', level: 0, relation, predicate: inside }),
    predicate,
  )

/** One lookup, and the to-many relations that lead to the row that it is about. */
interface Atom<S> {
  readonly relations: ReadonlyArray<ReadonlyArray<string>>
  readonly predicate: Predicate<S>
}

const atomOf = <S>(scope: Scope, text: string, value: unknown): E.Either<QueryError, Atom<S>> =>
  E.flatMap(resolve(scope, text), (target: Target) => {
    const { relations } = target
    // Whether there are related rows at all.
    if (
      relations.length > 0 &&
      target.path.length === 0 &&
      target.rest[0] === 'isnull' &&
      target.rest.length === 1
    ) {
      if (typeof value !== 'boolean')
        return E.left(invalidField(scope.model, text, 'isnull takes true or false'))
      const there = within<S>(relations, { _tag: 'and', all: [] })
      return E.right<QueryError, Atom<S>>({
        relations: [],
        predicate: value ? { _tag: 'not', predicate: there } : there,
      })
    }
    const root = rootOf(scope, relations)
    return E.flatMap(root, (from: Scope) =>
      E.flatMap(
        sideOf<S>(target, from, text),
        ({ side, lookups }: { readonly side: Side<S>; readonly lookups: ReadonlyArray<string> }) =>
          E.map((predicate: Predicate<S>): Atom<S> => ({ relations, predicate }))(
            E.flatMap(outwards(value, relations.length, text), (moved: unknown) =>
              predicateOf<S>(side, lookups, moved, target.scope, text),
            ),
          ),
      ),
    )
  })

const rootOf = (scope: Scope, relations: ReadonlyArray<ReadonlyArray<string>>): E.Either<QueryError, Scope> =>
  relations
    .flat()
    .reduce<E.Either<QueryError, Scope>>(
      (before, name) =>
        E.flatMap(before, (at: Scope) =>
          E.map(({ scope: next }: { readonly scope: Scope }) => next)(follow(at, name)),
        ),
      E.right(scope),
    )

/**
 * The predicate that a lookup spells: a path of relations and fields, transforms, and the lookup (`exact` if there
 * is none), joined by `__`. To-many relations on the way ask for one related row that meets it; `isnull` of such a
 * relation itself asks whether there are none.
 *
 * Values are given as JSON scalars of the left side's kind, lists of them for `in` (where nulls are dropped) and
 * `range`, or as expressions, which are about the row where the path begins. `exact` with null is `isnull`.
 *
 * @since 0.1.0
 */
export const parseLookup = <S>(
  scope: Scope,
  path: string,
  value: unknown,
): E.Either<QueryError, Predicate<S>> =>
  E.map(({ relations, predicate }: Atom<S>) => within(relations, predicate))(atomOf<S>(scope, path, value))

/**
 * The predicate that a tree of lookups spells.
 *
 * What one `and` says of a to-many relation is about one related row, as in one call of Django's `filter`: "a track
 * that is long and is Rock", not "a long track, and some track that is Rock". So lookups in an `and` (those in it
 * are the same `and`) that begin with the same to-many relation are put into one `some`, and within it those that go
 * on with the same one likewise. An `or` whose branches all begin with that relation is put in with them as a whole.
 * Other `or`s, and whatever is under a `not`, stand alone and are about rows of their own, as are two trees in two
 * filters.
 *
 * @since 0.1.0
 */
export const parseLookups = <S>(scope: Scope, tree: LookupTree): E.Either<QueryError, Predicate<S>> =>
  treeOf<S>(scope, tree, 0)

const treeOf = <S>(scope: Scope, tree: LookupTree, depth: number): E.Either<QueryError, Predicate<S>> =>
  E.map((atoms: ReadonlyArray<Atom<S>>) => together(atoms))(conjuncts<S>(scope, tree, depth))

/** Lookups may come from elsewhere, and are read by recursion. */
const deepest = 200

/** What has to hold at once, each with the related row that it is about. */
const conjuncts = <S>(
  scope: Scope,
  tree: LookupTree,
  depth: number,
): E.Either<QueryError, ReadonlyArray<Atom<S>>> => {
  if (depth > deepest)
    return E.left(
      invalidQuery('', `lookups are nested more than ${String(deepest)} deep`, 'Put them together by less.'),
    )
  if ('lookup' in tree) return E.map((atom: Atom<S>) => [atom])(atomOf<S>(scope, tree.lookup, tree.value))
  if ('and' in tree)
    return E.map((lists: ReadonlyArray<ReadonlyArray<Atom<S>>>) => lists.flat())(
      E.traverseArray((each: LookupTree) => conjuncts<S>(scope, each, depth + 1))(tree.and),
    )
  if ('not' in tree)
    return E.map((predicate: Predicate<S>): ReadonlyArray<Atom<S>> => [
      { relations: [], predicate: { _tag: 'not', predicate } },
    ])(treeOf<S>(scope, tree.not, depth + 1))
  return E.map((branches: ReadonlyArray<ReadonlyArray<Atom<S>>>): ReadonlyArray<Atom<S>> => {
    // Branches that are all about rows of the same relation are a condition on that row. One without a condition
    // is about no row.
    const shared = branches.every((branch) => branch.length > 0) ? commonRelations(branches.flat()) : []
    return [
      {
        relations: shared,
        predicate: {
          _tag: 'or',
          any: branches.map((branch) =>
            together(branch.map((atom) => ({ ...atom, relations: atom.relations.slice(shared.length) }))),
          ),
        },
      },
    ]
  })(E.traverseArray((each: LookupTree) => conjuncts<S>(scope, each, depth + 1))(tree.or))
}

const sameRelation = (a: ReadonlyArray<string> | undefined, b: ReadonlyArray<string> | undefined): boolean =>
  a !== undefined && b !== undefined && a.join('.') === b.join('.')

const commonRelations = <S>(atoms: ReadonlyArray<Atom<S>>): ReadonlyArray<ReadonlyArray<string>> => {
  const [first, ...others] = atoms
  if (first === undefined) return []
  const length = first.relations.findIndex(
    (relation, i) => !others.every((other) => sameRelation(relation, other.relations[i])),
  )
  return length === -1 ? first.relations : first.relations.slice(0, length)
}

/** Conditions on the same related row are put into one `some`. */
const together = <S>(atoms: ReadonlyArray<Atom<S>>): Predicate<S> => {
  const groups = new Map<string, Array<Atom<S>>>()
  const parts: Array<{ readonly relation: ReadonlyArray<string> | null; readonly atoms: Array<Atom<S>> }> = []
  atoms.forEach((atom) => {
    const [relation] = atom.relations
    if (relation === undefined) {
      parts.push({ relation: null, atoms: [atom] })
      return
    }
    const inside: Atom<S> = { ...atom, relations: atom.relations.slice(1) }
    const found = groups.get(relation.join('.'))
    if (found !== undefined) found.push(inside)
    else {
      const made = [inside]
      groups.set(relation.join('.'), made)
      parts.push({ relation, atoms: made })
    }
  })
  const all = parts.flatMap(({ relation, atoms: inside }): ReadonlyArray<Predicate<S>> =>
    relation === null
      ? inside.map(({ predicate }) => predicate)
      : [{ _tag: 'some', level: 0, relation, predicate: together(inside) }],
  )
  const [only, another] = all
  return only !== undefined && another === undefined ? only : { _tag: 'and', all }
}

/**
 * The expression that a path spells, without a lookup.
 *
 * @since 0.1.0
 */
export const parsePath = <S>(scope: Scope, path: string): E.Either<QueryError, Expression<S>> =>
  E.flatMap(resolve(scope, path), (target: Target) =>
    target.relations.length > 0
      ? E.left(
          invalidField(
            scope.model,
            path,
            'leads to many rows: say which with some, none, every or an aggregate',
          ),
        )
      : E.flatMap(
          sideOf<S>(target, scope, path),
          ({ side, lookups }: { readonly side: Side<S>; readonly lookups: ReadonlyArray<string> }) => {
            const [extra] = lookups
            return extra === undefined
              ? E.right(side.expression)
              : E.left(wrong(target.scope, path, extra, transformsOf(side.kind)))
          },
        ),
  )

/**
 * A predicate as a lookup, for predicates that `parseLookup` made of one lookup with constant values: parsed again,
 * what is printed gives the predicate again. Others have no such form.
 *
 * @since 0.1.0
 */
export const printLookup = <S>(
  predicate: Predicate<S>,
): O.Option<{ readonly path: string; readonly value: Json }> => {
  switch (predicate._tag) {
    case 'some':
      return predicate.level !== 0 ? O.none : printSome(predicate)
    case 'not': {
      const inner = predicate.predicate
      if (inner._tag === 'some')
        return O.map((path: string) => ({ path: `${path}__isnull`, value: true }))(anyRow(inner))
      return inner._tag === 'lookup' && inner.name === 'isnull'
        ? O.map(({ path }: { readonly path: string }) => ({ path, value: false }))(printLookup(inner))
        : O.none
    }
    case 'lookup':
      return O.flatMap(printSide(predicate.left, textual.has(predicate.name)), (left: string) =>
        O.map((value: Json) => ({
          path: predicate.name === 'exact' ? left : `${left}__${predicate.name}`,
          value,
        }))(valueOf(predicate)),
      )
    default:
      return O.none
  }
}

const printSome = <S>(predicate: Some<S>): O.Option<{ readonly path: string; readonly value: Json }> => {
  const inner = predicate.predicate
  const there = anyRow(predicate)
  if (O.isSome(there)) return O.some({ path: `${there.value}__isnull`, value: false })
  // "A row behind which there is none" isn't "no row behind which there is one", which is how it would be read.
  if (inner._tag === 'not' && inner.predicate._tag === 'some') return O.none
  return O.map(({ path, value }: { readonly path: string; readonly value: Json }) => ({
    path: `${predicate.relation.join('__')}__${path}`,
    value,
  }))(printLookup(inner))
}

/** The path of a `some` that any row meets. */
const anyRow = <S>(predicate: Some<S>): O.Option<string> => {
  const inner = predicate.predicate
  const path = predicate.relation.join('__')
  if (predicate.level !== 0) return O.none
  return inner._tag === 'and' && inner.all.length === 0
    ? O.some(path)
    : inner._tag === 'some'
      ? O.map((rest: string) => `${path}__${rest}`)(anyRow(inner))
      : O.none
}

const valueOf = <S>({ name, right }: Lookup<S>): O.Option<Json> => {
  if (name === 'isnull') return O.some(true)
  // A value that looks like an expression would be read as one.
  if (!right.every((each): each is Const => each._tag === 'const' && each.value !== null)) return O.none
  const values = right.map(({ value }) => value)
  return name === 'in' || name === 'range' ? O.some(values) : O.fromNullable(values[0])
}

const printSide = <S>(expression: Expression<S>, asText: boolean): O.Option<string> => {
  if (asText && expression._tag === 'cast' && expression.to === 'text')
    return printSide(expression.arg, false)
  if (expression._tag === 'column' && expression.level === 0) return O.some(expression.path.join('__'))
  return expression._tag === 'call' && transforms.includes(expression.name) && expression.args.length === 1
    ? printTransform(expression)
    : O.none
}

const printTransform = <S>({ name, args }: Call<S>): O.Option<string> => {
  const [arg] = args
  return arg === undefined ? O.none : O.map((side: string) => `${side}__${name}`)(printSide(arg, false))
}
