/**
 * PostgreSQL within this process, through `@electric-sql/pglite`.
 *
 * @since 0.2.0
 */
import type { Driver, StatementOptions } from '../Driver.js'
import { driverOf } from '../driverOf.js'
import { postgresError } from '../errors/postgresError.js'
import { onlyOne } from '../Pool.js'
import { asText } from './asText.js'

interface Readers {
  readonly [type: string]: (value: string) => unknown
}

interface Writers {
  readonly [type: string]: (value: unknown) => string
}

/**
 * The members that the driver uses of a PGlite.
 *
 * @since 0.2.0
 */
export interface PgliteLike {
  readonly query: (
    text: string,
    params: Array<string | null>,
    options: { rowMode: 'array'; parsers: Readers; serializers: Writers },
  ) => Promise<{ readonly rows: ReadonlyArray<unknown>; readonly affectedRows?: number }>
  readonly close: () => Promise<void>
  readonly parsers: object
  readonly serializers: object
}

/**
 * A driver over a PGlite, which has one connection: transactions wait for each other. Closing it closes the PGlite.
 *
 * ```text
 * import { PGlite } from '@electric-sql/pglite'
 * import { pgliteDriver } from 'queryset-ts/sql/pglite'
 * const driver = pgliteDriver(new PGlite())
 * ```
 *
 * @since 0.2.0
 */
export const pgliteDriver = (db: PgliteLike, options: StatementOptions = {}): Driver => {
  const state = { ready: false }
  const send = async (text: string, params: Array<string | null>) => {
    const { rows, affectedRows = 0 } = await db.query(text, params, {
      rowMode: 'array',
      parsers: asIs(db.parsers),
      serializers: asIs(db.serializers),
    })
    return { rows: rows.filter(isRow), affected: affectedRows }
  }
  return driverOf(
    onlyOne(
      { dialect: 'postgres', streams: 'cursor', errorOf: postgresError, close: () => db.close() },
      {
        query: async (text, params) => {
          if (!state.ready) {
            await send(
              "select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false)",
              [],
            )
            state.ready = true
          }
          return send(text, params.map(asText))
        },
      },
    ),
    options,
  )
}

const isRow = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)

const unchanged = (value: unknown): string => String(value)
const known = new WeakMap<object, Readers & Writers>()

/** Every type as the text that PostgreSQL writes and reads. */
const asIs = (types: object): Readers & Writers => {
  const made = known.get(types) ?? Object.fromEntries(Object.keys(types).map((type) => [type, unchanged]))
  known.set(types, made)
  return made
}
