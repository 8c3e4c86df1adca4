/**
 * Statements that are compiled once for all queries that differ only in the constants that they compare columns with.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { marks } from '../../value/marked.js'
import type { QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import type { Query } from '../../query/Query.js'
import { filledOf, probesFor, type Filled, type QueryTemplate } from '../../query/template.js'
import type { Dialect } from './Dialect.js'
import { valueAt, valuesAt, type ParamValue, type SqlValue, type Statement } from './Sql.js'

type Compile<A> = (query: Query) => E.Either<QueryError, A>

/**
 * A statement, and the values that it is sent with.
 *
 * @since 0.2.0
 */
export interface Ready<A> {
  readonly statement: A
  readonly values: ReadonlyArray<SqlValue>
}

/**
 * Compiles queries. `ready` gives the statement of a query, or of what a template is filled to, as it is sent at a time.
 *
 * @since 0.2.0
 */
export interface Compiler<A> {
  readonly compile: Compile<A>
  readonly ready: (asked: Query | Filled, now: string) => E.Either<QueryError, Ready<A>>
}

/** The statement of a template, and for each of its parameters the slot that gives its value, if one does. */
interface Shaped<A> {
  readonly statement: A
  readonly from: ReadonlyArray<number | null>
}

/**
 * Compiles queries, the queries of one template only once.
 *
 * The statement of a template is used again only if that has been seen to be right. It is compiled for other values too,
 * and must have the same text then. Each parameter must either have the same value, or be the value of a slot. A query
 * for which that isn't so is compiled by itself.
 *
 * @since 0.2.0
 */
export const compilingOnce = <A extends Statement>(dialect: Dialect, compile: Compile<A>): Compiler<A> => {
  const known = marks<QueryTemplate, Shaped<A> | 'none'>()
  const firstShaped = (template: QueryTemplate): Shaped<A> | 'none' => {
    const shaped = shapedBy(dialect, compile, template) ?? 'none'
    known.set(template, shaped)
    return shaped
  }
  return {
    compile: (query) => {
      const filled = filledOf(query)
      if (filled === undefined) return compile(query)
      const shaped = known.get(filled.template) ?? firstShaped(filled.template)
      return shaped === 'none' ? compile(query) : E.right(withValues(dialect, shaped, filled))
    },
    ready: (asked, now) => {
      const filled = isFilled(asked) ? asked : filledOf(asked)
      const shaped =
        filled === undefined ? 'none' : (known.get(filled.template) ?? firstShaped(filled.template))
      if (filled !== undefined && shaped !== 'none')
        return E.right({ statement: shaped.statement, values: sentWith(dialect, shaped, filled, now) })
      const compiled = compile(isFilled(asked) ? asked.template.fill(asked.values) : asked)
      return E.isLeft(compiled)
        ? compiled
        : E.right({ statement: compiled.right, values: valuesAt(compiled.right.params, now) })
    },
  }
}

const isFilled = (asked: Query | Filled): asked is Filled => 'template' in asked

const encoded = (
  dialect: Dialect,
  { slots }: QueryTemplate,
  values: ReadonlyArray<Json>,
): ReadonlyArray<SqlValue> => slots.map(({ kind }, i) => dialect.encode(kind, values[i] ?? null))

const withValues = <A extends Statement>(
  dialect: Dialect,
  { statement, from }: Shaped<A>,
  { template, values }: Filled,
): A => {
  const given = encoded(dialect, template, values)
  const params = statement.params.map((param, i): ParamValue => {
    const slot = from[i] ?? null
    return slot === null ? param : { _tag: 'value', value: given[slot] ?? null }
  })
  return { ...statement, params }
}

const sentWith = <A extends Statement>(
  dialect: Dialect,
  { statement, from }: Shaped<A>,
  { template, values }: Filled,
  now: string,
): ReadonlyArray<SqlValue> => {
  const given = encoded(dialect, template, values)
  return statement.params.map((param, i) => {
    const slot = from[i] ?? null
    return slot === null ? valueAt(param, now) : (given[slot] ?? null)
  })
}

const shapedBy = <A extends Statement>(
  dialect: Dialect,
  compile: Compile<A>,
  template: QueryTemplate,
): Shaped<A> | null => {
  const probes = probesFor(template)
  const a = compile(template.query)
  const b = compile({ ...template.fill(probes) })
  if (E.isLeft(a) || E.isLeft(b)) return null
  const { text, params } = a.right
  const others = b.right.params
  if (text !== b.right.text || params.length !== others.length) return null
  const own = encoded(
    dialect,
    template,
    template.slots.map(({ value }) => value),
  )
  const probed = encoded(dialect, template, probes)
  const from = params.map((param, i): number | null | undefined => {
    const other = others[i]
    if (other === undefined) return undefined
    if (isSame(param, other)) return null
    const slot = probed.findIndex((value) => holds(other, value))
    return holds(param, own[slot]) ? slot : undefined
  })
  const fixed = from.filter((slot) => slot !== undefined)
  return fixed.length === from.length && own.every((_, slot) => fixed.includes(slot))
    ? { statement: a.right, from: fixed }
    : null
}

/** Lists are never the values of slots, and count as different. */
const isSame = (a: ParamValue, b: ParamValue): boolean =>
  a._tag === 'now'
    ? b._tag === 'now' && a.spell === b.spell
    : b._tag === 'value' && Object.is(a.value, b.value)

const holds = (param: ParamValue, value: SqlValue | undefined): boolean =>
  value !== undefined && param._tag === 'value' && Object.is(param.value, value)
