import { optionsOf } from '../../value/optionsOf.js'
import type { CustomLookup, CustomLookupName } from '../../schema/CustomLookup.js'
import type { Json, Kind, ValueOf } from '../../value/Value.js'
import { node, type Expr, type Input, type Predicate } from '../Ref.js'
import { constant, isExpr } from '../toRef.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/** The values of some kinds. @since 0.2.0 */
export type ValuesOf<K extends ReadonlyArray<Kind>> = { readonly [I in keyof K]: ValueOf[K[I]] }

/** The operands for some kinds: values or expressions. @since 0.2.0 */
export type OperandsOf<K extends ReadonlyArray<Kind>> = {
  readonly [I in keyof K]: Input<K[I], ValueOf[K[I]]> | Expr<K[I], any>
}

/**
 * The argument of `lookupOf`.
 *
 * - `name` is the lookup's name in paths and over the wire: lower-case words joined by `_`. It must not be the name of
 *   an existing lookup or transform.
 * - `kinds` are the kinds of values that it applies to, `operands` the kinds of its operands, in order.
 * - `meaning` says whether it holds for a value. It must be a pure function. It is called only if nothing is missing:
 *   with a missing value or operand, a lookup is false.
 * - `effort` is the number of steps of the meaning (see `Work`), if that is more than one pass over its text.
 * - `samples` are lists of operands for the laws kit, in addition to those that it generates.
 *
 * @since 0.2.0
 */
export interface LookupOptions<K extends ReadonlyArray<Kind>, O extends ReadonlyArray<Kind>> {
  readonly name: string
  readonly kinds: K
  readonly operands: O
  readonly meaning: (value: ValueOf[K[number]], ...operands: ValuesOf<O>) => boolean
  readonly effort?: (value: ValueOf[K[number]], ...operands: ValuesOf<O>) => number
  readonly samples?: ReadonlyArray<ValuesOf<O>>
}

/**
 * A custom lookup with known kinds. `of` gives the predicate for a value.
 *
 * @since 0.2.0
 */
export interface LookupOf<K extends ReadonlyArray<Kind>, O extends ReadonlyArray<Kind>> extends CustomLookup {
  readonly of: (left: Expr<K[number], any>, ...operands: OperandsOf<O>) => Predicate
}

type Custom = (value: Json, ...operands: ReadonlyArray<Json>) => never

/**
 * Creates a custom lookup. Pass it to `schema` in the option `lookups`. It is then known by its name wherever that
 * schema is used. Mistakes in it, such as a name that is already used, are errors of the schema, which `checkSchema`
 * reports.
 *
 * A client that doesn't say that it supports the lookup isn't asked for it. The lookup is then evaluated here.
 *
 * @example
 * import { autoId, field, filter, lookupOf, pipe, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const divides = lookupOf({
 *   name: 'divisible_by',
 *   kinds: ['int'],
 *   operands: ['int'],
 *   meaning: (value, by) => by !== 0 && value % by === 0,
 * })
 * const models = schema({ year: { id: autoId } }, { lookups: [divides] })
 * const client = memory(models, { year: [{ id: 2023 }, { id: 2024 }] })
 * const leap = pipe(models.year, filter((y) => divides.of(y.id, 4)))
 * console.log(await toArray(client)(leap)()) // => { _tag: 'Right', right: [ { id: 2024 } ] }
 *
 * @since 0.2.0
 */
export const lookupOf = <
  const K extends readonly [Kind, ...ReadonlyArray<Kind>],
  const O extends ReadonlyArray<Kind>,
>(
  options: LookupOptions<K, O>,
): LookupOf<K, O> => {
  // The schema that gets the lookup reports missing options.
  const {
    kinds,
    operands,
    meaning,
    effort = null,
    samples = [],
    ...rest
  } = optionsOf(options) as typeof options
  const name = rest.name as CustomLookupName
  return {
    name,
    kinds,
    operands,
    // It only gets values of its kinds, since `misfit` rejects others.
    meaning: meaning as Custom,
    effort: effort as Custom | null,
    samples: samples,
    of: (left, ...given) => ({
      _tag: 'lookup',
      name,
      left: isExpr(left) ? left[node] : constant(kinds[0], left),
      right: (given as ReadonlyArray<unknown>).map((each, i) =>
        isExpr(each) ? each[node] : constant(operands[i] ?? 'text', each),
      ),
    }),
  }
}
