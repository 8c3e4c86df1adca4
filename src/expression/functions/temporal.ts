import * as Temporal from '../../value/Temporal.js'
import type { Kind } from '../../value/Value.js'
import { takes, type FunctionDef } from './FunctionDef.js'

const dated: ReadonlyArray<Kind> = ['date', 'datetime']
const clocked: ReadonlyArray<Kind> = ['time', 'datetime']
const any: ReadonlyArray<Kind> = ['date', 'time', 'datetime']

const part = (name: string, kinds: ReadonlyArray<Kind>, take: (text: string) => number): FunctionDef => ({
  name,
  arity: [1, 1],
  type: takes([kinds], 'int'),
  strict: true,
  apply: ([x]) => take(x as string),
})

const cut = (unit: Temporal.Unit, kinds: ReadonlyArray<Kind>): FunctionDef => ({
  name: `trunc_${unit}`,
  arity: [1, 1],
  type: takes([kinds], (kind) => kind),
  strict: true,
  apply: ([x]) => Temporal.trunc(unit, x as string),
})

/**
 * Functions of dates, times and datetimes, in UTC.
 *
 * @since 0.1.0
 */
export const temporalFunctions: ReadonlyArray<FunctionDef> = [
  part('year', dated, Temporal.year),
  part('iso_year', dated, Temporal.isoYear),
  part('quarter', dated, Temporal.quarter),
  part('month', dated, Temporal.month),
  part('week', dated, Temporal.week),
  part('day', dated, Temporal.day),
  part('week_day', dated, Temporal.weekDay),
  part('iso_week_day', dated, Temporal.isoWeekDay),
  part('hour', clocked, Temporal.hour),
  part('minute', clocked, Temporal.minute),
  part('second', clocked, Temporal.second),
  {
    name: 'date',
    arity: [1, 1],
    type: takes([dated], 'date'),
    strict: true,
    apply: ([x]) => Temporal.dateOf(x as string),
  },
  {
    name: 'time',
    arity: [1, 1],
    type: takes([clocked], 'time'),
    strict: true,
    apply: ([x], [type]) => (type?.kind === 'time' ? (x as string) : Temporal.timeOf(x as string)),
  },
  cut('year', dated),
  cut('quarter', dated),
  cut('month', dated),
  cut('week', dated),
  cut('day', dated),
  cut('hour', clocked),
  cut('minute', clocked),
  cut('second', clocked),
  { name: 'now', arity: [0, 0], type: takes([any], 'datetime'), strict: true, apply: (_, __, now) => now },
]
