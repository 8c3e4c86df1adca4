/** A case's answer by a client, in the corpus's words. */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../src/value/QueryError.js'
import type { Client } from 'queryset-ts'
import { count } from '../../src/run/count.js'
import { exists } from '../../src/run/exists.js'
import { run } from '../../src/run/run.js'
import { append } from '../../src/queryset/append.js'
import type { AnyQueryset, Step } from '../../src/queryset/Queryset.js'
import type { Schema } from '../../src/schema/Schema.js'
import type { Expression } from '../../src/expression/Expression.js'
import { modelOf } from '../../src/expression/Scope.js'
import type { Json, Pipeline } from './Case.js'
import { aggregated, keysFor, predicateFor, translate } from './translate.js'

export type Answer =
  | { readonly rows: ReadonlyArray<unknown> }
  | { readonly value: unknown }
  | { readonly error: string; readonly why: string }

const failedWith = (error: QueryError): Answer => ({ error: error._tag, why: error.message })

const stepTo = (queryset: AnyQueryset, step: Step): AnyQueryset =>
  append(queryset, step._tag, () => E.right({ step }))

/** A model's row stands as its key; a projected one as it is. */
const standing = (queryset: AnyQueryset): ((row: unknown) => unknown) => {
  const model = E.isRight(queryset.scope) ? modelOf(queryset.scope.right) : null
  return model === null
    ? (row) => row
    : (row) => (row as { readonly [name: string]: unknown })[model.primaryKey]
}

export const answer = async (
  schema: Schema,
  client: Client,
  pipeline: Pipeline,
  result: ReadonlyArray<Json>,
): Promise<Answer> => {
  const translated = translate(schema, pipeline)
  if (E.isLeft(translated)) return failedWith(translated.left)
  const queryset = translated.right
  const [terminal, first] = result
  const rowsOf = async (of: AnyQueryset): Promise<E.Either<QueryError, ReadonlyArray<unknown>>> =>
    E.map((rows: ReadonlyArray<unknown>) => rows.map(standing(of)))(await run(client)(of)())
  const pk = schema.models.get(pipeline.model)?.primaryKey ?? 'id'
  const byKeys = (keys: ReadonlyArray<Json>): AnyQueryset => {
    const column: Expression<AnyQueryset> = { _tag: 'column', path: [pk], level: 0 }
    return stepTo(queryset, {
      _tag: 'filter',
      predicate: {
        _tag: 'lookup',
        name: 'in',
        left: column,
        right: keys.map((value) => ({ _tag: 'const', kind: 'int', value })),
      },
    })
  }
  const valueOf = <A>(of: E.Either<QueryError, A>, as: (value: A) => Answer): Answer =>
    E.isLeft(of) ? failedWith(of.left) : as(of.right)
  const oneOf = async (of: AnyQueryset, none: Answer): Promise<Answer> =>
    valueOf(await rowsOf(stepTo(of, { _tag: 'slice', start: 0, stop: 1 })), (rows) =>
      rows.length === 0 ? none : { value: rows[0] },
    )
  switch (terminal) {
    case 'rows':
      return valueOf(await rowsOf(queryset), (rows) => ({ rows }))
    case 'count':
      return valueOf(await count(client)(queryset)(), (value) => ({ value }))
    case 'exists':
      return valueOf(await exists(client)(queryset)(), (value) => ({ value }))
    case 'first':
      return oneOf(queryset, { value: null })
    case 'last':
      return oneOf(stepTo(queryset, { _tag: 'reverse' }), { value: null })
    case 'latest':
    case 'earliest': {
      const keys = keysFor(schema, queryset, first ?? null)
      if (E.isLeft(keys)) return failedWith(keys.left)
      const sorted = stepTo(queryset, { _tag: 'orderBy', keys: keys.right })
      return oneOf(terminal === 'latest' ? stepTo(sorted, { _tag: 'reverse' }) : sorted, {
        error: 'NotFound',
        why: 'no row',
      })
    }
    case 'get': {
      const predicate = first === undefined || first === null ? null : predicateFor(schema, queryset, first)
      if (predicate !== null && E.isLeft(predicate)) return failedWith(predicate.left)
      const filtered =
        predicate === null ? queryset : stepTo(queryset, { _tag: 'filter', predicate: predicate.right })
      return valueOf(await rowsOf(stepTo(filtered, { _tag: 'slice', start: 0, stop: 2 })), (rows) =>
        rows.length === 0
          ? { error: 'NotFound', why: 'no row' }
          : rows.length > 1
            ? { error: 'MultipleFound', why: 'several rows' }
            : { value: rows[0] },
      )
    }
    case 'contains':
      return valueOf(await exists(client)(byKeys([first ?? null]))(), (value) => ({ value }))
    case 'in_bulk':
      return valueOf(await rowsOf(byKeys(Array.isArray(first) ? first : [])), (rows) => ({
        value: Object.fromEntries(rows.map((key) => [String(key), key])),
      }))
    case 'aggregate': {
      const made = aggregated(schema, queryset, first ?? null)
      return E.isLeft(made)
        ? failedWith(made.left)
        : valueOf(await rowsOf(made.right), (rows) => ({ value: rows[0] }))
    }
    default:
      return { error: 'Unsupported', why: `'${JSON.stringify(terminal)}' is not supported yet` }
  }
}
