import { optionsOf } from '../../value/optionsOf.js'
import type { CustomLookup, CustomLookupName } from '../../schema/CustomLookup.js'
import type { Json, Kind, ValueOf } from '../../value/Value.js'
import { node, type Expr, type Input, type Predicate } from '../Ref.js'
import { constant, isExpr } from '../toRef.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/** The values of some kinds. @since 0.2.0 */
export type ValuesOf<K extends ReadonlyArray<Kind>> = { readonly [I in keyof K]: ValueOf[K[I]] }

/** What may be written for operands of some kinds: values or expressions. @since 0.2.0 */
export type OperandsOf<K extends ReadonlyArray<Kind>> = {
  readonly [I in keyof K]: Input<K[I], ValueOf[K[I]]> | Expr<K[I], any>
}

/**
 * What `lookupOf` takes.
 *
 * - `name` is what the lookup is called in paths and over the wire: lower case words joined by `_`, and not the name of a
 *   lookup or transform that there is already.
 * - `kinds` are the kinds of values that have it, `operands` those of its operands, in order.
 * - `meaning` says whether a value has it. It has to be a pure function, and is asked only where nothing is missing: with
 *   a missing value or operand, a lookup is false.
 * - `effort` is how many steps the meaning takes (see `Work`), where that is more than going through its text once.
 * - `samples` are lists of operands for the laws kit to ask with, besides those that it makes up.
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
 * A custom lookup whose kinds are known. `of` is the predicate that a value has it.
 *
 * @since 0.2.0
 */
export interface LookupOf<K extends ReadonlyArray<Kind>, O extends ReadonlyArray<Kind>> extends CustomLookup {
  readonly of: (left: Expr<K[number], any>, ...operands: OperandsOf<O>) => Predicate
}

type Custom = (value: Json, ...operands: ReadonlyArray<Json>) => never

/**
 * Makes a custom lookup. Give it to `schema` in the option `lookups`: then everything that has the schema knows it, by
 * its name. Mistakes in it (a name that is taken, say) are errors of that schema, which `checkSchema` tells.
 *
 * A client that doesn't say that it understands the lookup is asked without it, and it is evaluated here.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, lookupOf, schema, toArray } from 'queryset-ts'
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
  // What is missing here is told by the schema that gets the lookup.
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
    // It is given values of its kinds only: `misfit` refuses others.
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
