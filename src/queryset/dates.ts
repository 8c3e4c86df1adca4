import { function as fn } from 'fp-ts'
import type { DateText, DateTime } from '../value/Value.js'
import { call } from '../expression/toRef.js'
import { not } from '../expression/predicates.js'
import {
  kindOf,
  node,
  type DateRef,
  type DateTimeRef,
  type DateTimeUnit,
  type DateUnit,
  type Expr,
  type Ref,
} from '../expression/Ref.js'
import { distinct } from './distinct.js'
import { filter } from './filter.js'
import { orderBy } from './orderBy.js'
import type { Queryset } from './Queryset.js'
import { valuesList } from './valuesList.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/**
 * The dates of a date or datetime column, truncated to `unit`: each once, in ascending order, without missing values.
 *
 * @example
 * import { autoId, dates, field, pipe, print, schema } from 'queryset-ts'
 * const { employee } = schema({ employee: { id: autoId, hired: field.date() } })
 * console.log(print(pipe(employee, dates((e) => e.hired, 'year'))))
 * // => pipe(
 * //      employee,
 * //      valuesList((e) => e.hired.trunc('year')),
 * //      filter((e) => not(e.value.isNull())),
 * //      distinct,
 * //      orderBy((e) => [e.value.asc()]),
 * //    )
 *
 * @since 0.1.0
 */
export const dates =
  <R>(
    column: (row: R) => Expr<'date' | 'datetime', any>,
    unit: DateUnit,
    direction: 'asc' | 'desc' = 'asc',
  ) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<{ readonly value: DateRef<DateText> }, DateText, null> =>
    cut<R, 'date', DateText>((row) => {
      const returned = column(row)
      const day = returned[kindOf] === 'datetime' ? call('date', [part(returned)]) : returned
      // The truncated value is a date, and the filter has removed missing values.
      return call(`trunc_${unit}`, [part(day)]) as Ref<'date', DateText>
    }, direction)(queryset)

/**
 * The instants of a datetime column, truncated to `unit` in UTC: each once, in ascending order, without missing values.
 *
 * @example
 * import { autoId, datetimes, field, pipe, print, schema } from 'queryset-ts'
 * const { invoice } = schema({ invoice: { id: autoId, at: field.datetime() } })
 * console.log(print(pipe(invoice, datetimes((i) => i.at, 'hour', 'desc'))))
 * // => pipe(
 * //      invoice,
 * //      valuesList((i) => i.at.trunc('hour')),
 * //      filter((i) => not(i.value.isNull())),
 * //      distinct,
 * //      orderBy((i) => [i.value.desc()]),
 * //    )
 *
 * @since 0.1.0
 */
export const datetimes =
  <R>(column: (row: R) => Expr<'datetime', any>, unit: DateTimeUnit, direction: 'asc' | 'desc' = 'asc') =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<{ readonly value: DateTimeRef<DateTime> }, DateTime, null> =>
    cut<R, 'datetime', DateTime>(
      // As above.
      (row) => call(`trunc_${unit}`, [part(column(row))]) as Ref<'datetime', DateTime>,
      direction,
    )(queryset)

const part = (returned: Expr) => ({ expression: returned[node], kind: returned[kindOf] })

const cut =
  <R, K extends 'date' | 'datetime', V>(column: (row: R) => Ref<K, V>, direction: 'asc' | 'desc') =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<{ readonly value: Ref<K, V> }, V, null> =>
    fn.pipe(
      queryset,
      valuesList((row: R) => column(row) as Expr<K, V>),
      // The conditional types of a single column resolve to this.
      (list) => list as unknown as Queryset<{ readonly value: AnyTime }, V, null>,
      filter((row) => not(row.value.isNull())),
      distinct,
      orderBy((row) => [direction === 'asc' ? row.value.asc() : row.value.desc()]),
      (list) => list as unknown as Queryset<{ readonly value: Ref<K, V> }, V, null>,
    )

type AnyTime = DateRef<DateText | null>
