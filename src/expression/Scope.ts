/**
 * What an expression can refer to: the columns of the current row, the relations that lead from it, and the rows around
 * it.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type * as t from 'io-ts'
import { invalidField, type QueryError } from '../value/QueryError.js'
import type { Type } from '../value/Value.js'
import type { Model, ModelColumn, ModelRelation, Schema } from '../schema/Schema.js'

/**
 * A visible column. `target` is the model that a foreign key points to. `codec` is the user's own, if its field has
 * one. `scale` is the number of decimal places to show, if it is known.
 *
 * @since 0.1.0
 */
export interface ScopeColumn extends Type {
  readonly target: string | null
  readonly codec: t.Mixed | null
  readonly scale?: number
}

/**
 * The shape of a list of rows: their columns in order, and their model, if they still have one. Relations then lead
 * from them.
 *
 * @since 0.1.0
 */
export interface Scope {
  readonly schema: Schema
  readonly model: string | null
  readonly columns: ReadonlyMap<string, ScopeColumn>
}

/**
 * The current row's scope and those around it. If the current "row" is a group, `group` is the scope of the group's
 * rows.
 *
 * @since 0.1.0
 */
export interface Scopes {
  readonly scope: Scope
  readonly group: GroupScope | null
  readonly parent: Scopes | null
}

/**
 * The scope of a group's rows. A group by keys is `filled`: it has at least one row.
 *
 * @since 0.2.0
 */
export interface GroupScope extends Scope {
  readonly filled: boolean
}

/**
 * The scopes as seen from the row `level` rows further out, or `null` if there is none.
 *
 * @since 0.2.0
 */
export const scopesAt = (scopes: Scopes, level: number): Scopes | null => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let [at, left]: [Scopes | null, number] = [scopes, level]
  /* eslint-disable-next-line functional/no-loop-statements -- rows can be nested as deep as an expression */
  for (; left > 0 && at !== null; left--) at = at.parent
  return left === 0 ? at : null
}

/**
 * The scopes on a group's rows, if the current "row" is a group. Otherwise the scopes themselves.
 *
 * @since 0.2.0
 */
export const ofRows = (scopes: Scopes): Scopes =>
  scopes.group === null ? scopes : { scope: scopes.group, group: null, parent: scopes.parent }

const cache = new WeakMap<Schema, Map<string, Scope>>()

/**
 * The scope of a model's own rows.
 *
 * @since 0.1.0
 */
export const modelScope = (schema: Schema, model: string): E.Either<QueryError, Scope> => {
  const known = cache.get(schema)?.get(model)
  if (known !== undefined) return E.right(known)
  const [broken] = schema.errors
  if (broken !== undefined) return E.left(broken)
  const found = schema.models.get(model)
  if (found === undefined)
    return E.left(invalidField(null, model, 'is not a model', [...schema.models.keys()]))
  const scope: Scope = {
    schema,
    model,
    columns: new Map(
      [...found.columns.values()].map((column) => [
        column.name,
        {
          kind: column.kind,
          nullable: column.nullable,
          target: column.target,
          codec: column.field.codec,
          ...scaleOfColumn(column, found),
        },
      ]),
    ),
  }
  const byModel = cache.get(schema) ?? new Map<string, Scope>()
  cache.set(schema, byModel.set(model, scope))
  return E.right(scope)
}

/** Keys are compared as text, and have only the places that they need. */
const scaleOfColumn = (
  { name, kind, target, field }: ModelColumn,
  model: Model,
): { readonly scale?: number } =>
  kind === 'decimal' && target === null && name !== model.primaryKey && field.decimalPlaces !== null
    ? { scale: field.decimalPlaces }
    : {}

/**
 * The model of a scope's rows, from which relations lead on.
 *
 * @since 0.1.0
 */
export const modelOf = (scope: Scope): Model | null =>
  scope.model === null ? null : (scope.schema.models.get(scope.model) ?? null)

/**
 * All names that can follow in a path at this scope.
 *
 * @since 0.1.0
 */
export const namesOf = (scope: Scope): ReadonlyArray<string> => [
  ...new Set([...scope.columns.keys(), ...(modelOf(scope)?.relations.keys() ?? [])]),
]

/**
 * Whether a name can follow in a path at this scope.
 *
 * @since 0.2.0
 */
export const isNamed = (scope: Scope, name: string): boolean =>
  scope.columns.has(name) || modelOf(scope)?.relations.has(name) === true

/**
 * Follows one relation from a scope.
 *
 * @since 0.1.0
 */
export const follow = (
  scope: Scope,
  name: string,
): E.Either<QueryError, { readonly relation: ModelRelation; readonly scope: Scope }> => {
  const relation = modelOf(scope)?.relations.get(name)
  // A foreign key that was projected away leads nowhere.
  const held = relation?.via._tag === 'forward' ? scope.columns.has(relation.via.column) : true
  return relation === undefined || !held
    ? E.left(
        invalidField(
          scope.model,
          name,
          scope.columns.has(name) ? 'is not a relation' : 'is not there',
          namesOf(scope),
        ),
      )
    : E.map((target: Scope) => ({ relation, scope: target }))(modelScope(scope.schema, relation.target))
}

/**
 * Relations that are followed in turn, and the scope that they lead to.
 *
 * @since 0.1.0
 */
export interface RelationPath {
  readonly relations: ReadonlyArray<ModelRelation>
  readonly scope: Scope
}

/**
 * To-one relations that are followed in turn to a column.
 *
 * @since 0.1.0
 */
export interface ColumnPath {
  readonly relations: ReadonlyArray<ModelRelation>
  readonly column: string
  readonly type: ScopeColumn
}

/**
 * Follows several relations in turn.
 *
 * @since 0.1.0
 */
export const followAll = (scope: Scope, path: ReadonlyArray<string>): E.Either<QueryError, RelationPath> =>
  path.reduce<E.Either<QueryError, RelationPath>>(
    (before, name) =>
      E.flatMap(before, ({ relations, scope: at }: RelationPath) =>
        E.map((next: { readonly relation: ModelRelation; readonly scope: Scope }) => ({
          relations: [...relations, next.relation],
          scope: next.scope,
        }))(follow(at, name)),
      ),
    E.right({ relations: [], scope }),
  )

/**
 * A relation between two rows, with the keys of both. For a foreign key, the column that holds it leads to `farKey`.
 * For its reverse side, `nearKey` is the column that it points to. For a join model, both apply.
 *
 * @since 0.2.0
 */
export interface Join {
  readonly relation: ModelRelation
  readonly nearKey: string
  readonly farKey: string
}

/**
 * The joins of some relations, followed in turn from rows of a scope.
 *
 * @since 0.2.0
 */
export const joinsOf = (scope: Scope, relations: ReadonlyArray<ModelRelation>): ReadonlyArray<Join> =>
  relations.map((relation, i) => ({
    relation,
    nearKey: keyOf(scope.schema, i === 0 ? scope.model : (relations[i - 1]?.target ?? null)),
    farKey: keyOf(scope.schema, relation.target),
  }))

const keyOf = ({ models }: Schema, model: string | null): string =>
  models.get(model ?? '')?.primaryKey ?? 'id'

const none: ReadonlyArray<ModelRelation> = []

/**
 * The type of a column path: that of the column itself, or of a column behind to-one relations, which may then be
 * missing.
 *
 * @since 0.1.0
 */
export const columnType = (scope: Scope, path: ReadonlyArray<string>): E.Either<QueryError, ColumnPath> => {
  const last = path.at(-1)
  const own = path.length === 1 && last !== undefined ? scope.columns.get(last) : undefined
  if (own !== undefined && last !== undefined) return E.right({ relations: none, column: last, type: own })
  if (last === undefined) return E.left(invalidField(scope.model, '', 'an empty path', namesOf(scope)))
  const followed = followAll(scope, path.slice(0, -1))
  if (E.isLeft(followed)) return followed
  const { relations, scope: at } = followed.right
  const plural = relations.find((relation) => relation.many)
  if (plural !== undefined)
    return E.left(
      invalidField(
        scope.model,
        path.join('__'),
        `'${plural.name}' leads to many rows: say which with some, none, every or an aggregate`,
      ),
    )
  const missing = relations.some((relation) => relation.nullable)
  const column = at.columns.get(last)
  if (column !== undefined)
    return E.right({ relations, column: last, type: { ...column, nullable: column.nullable || missing } })
  // The reverse side of a one-to-one relation stands for its key.
  const relation = modelOf(at)?.relations.get(last)
  const target = relation === undefined ? undefined : at.schema.models.get(relation.target)
  const key = target?.columns.get(target.primaryKey)
  return relation === undefined || relation.many || target === undefined || key === undefined
    ? E.left(
        invalidField(
          at.model,
          path.join('__'),
          relation === undefined
            ? `'${last}' is not there`
            : `'${last}' leads to many rows: say which with some, none, every or an aggregate`,
          namesOf(at),
        ),
      )
    : E.right({
        relations: [...relations, relation],
        column: target.primaryKey,
        type: { kind: key.kind, nullable: true, target: relation.target, codec: key.field.codec },
      })
}
