import type { Json, Type } from '../../value/Value.js'
import type { Spelled } from './Dialect.js'
import { refused } from './Sql.js'
import { refuse, type Context } from './Stage.js'

/**
 * A value that the library computes with its own function after a row was read, so that it is exact. It can only be in
 * an outermost column. A statement that needs it elsewhere is refused.
 *
 * @since 0.2.0
 */
export const lately = (
  context: Context,
  args: ReadonlyArray<Spelled>,
  type: Type,
  what: string,
  compute: (values: ReadonlyArray<Json>, now: string) => Json,
): Spelled => {
  if (!context.late) return { sql: refuse(context, what), type, column: false }
  // An argument is a constant, a value of the engine, or a value that is computed from these.
  const readers = args.map((each) => readerOf(each))
  const places = readers.map((_, i) =>
    readers.slice(0, i).reduce((sum, { inputs }) => sum + inputs.length, 0),
  )
  return {
    sql: refused(what),
    type,
    column: false,
    late: {
      inputs: readers.flatMap(({ inputs }) => inputs),
      compute: (values, now) =>
        compute(
          readers.map(({ inputs, read }, i) => {
            const from = places[i] ?? 0
            return read(values.slice(from, from + inputs.length), now)
          }),
          now,
        ),
    },
  }
}

interface Reader {
  readonly inputs: ReadonlyArray<Spelled>
  readonly read: (values: ReadonlyArray<Json>, now: string) => Json
}

const readerOf = (x: Spelled): Reader => {
  const { constant, late } = x
  if (late !== undefined) return { inputs: late.inputs, read: late.compute }
  if (constant !== undefined) return { inputs: [], read: () => constant }
  return { inputs: [x], read: ([value = null]) => value }
}
