/**
 * What can follow a value in a path: transforms and lookups.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Kind } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import { functions } from '../functions.js'
import { lookupNamed, lookupsIn } from '../lookups.js'
import type { LookupDef } from '../lookups/LookupDef.js'

/** The functions that a path can name. @since 0.2.0 */
export const transforms: ReadonlyArray<string> =
  'date year iso_year quarter month week day week_day iso_week_day time hour minute second lower upper length trim ltrim rtrim reverse abs ceil floor round sign sqrt exp ln'.split(
    ' ',
  )

/** The transforms that values of a kind have. @since 0.2.0 */
export const transformsOf = (kind: Kind): ReadonlyArray<string> =>
  transforms.filter((name) => {
    const definition = functions.get(name)
    return definition !== undefined && E.isRight(definition.type([{ kind, nullable: true }]))
  })

/** Whether a lookup is about text only: in a path it is then about the text of any value. @since 0.2.0 */
export const isTextual = ({ kinds }: LookupDef): boolean => kinds.every((kind) => kind === 'text')

/** The lookups that a path can name behind a value of a kind. @since 0.2.0 */
export const lookupsBehind = (schema: Schema, kind: Kind): ReadonlyArray<LookupDef> =>
  lookupsIn(schema).filter((each) => each.kinds.includes(kind) || isTextual(each))

/** The names that can follow a value of a kind. @since 0.2.0 */
export const suffixesOf = (schema: Schema, kind: Kind): ReadonlyArray<string> => [
  ...transformsOf(kind),
  ...lookupsBehind(schema, kind).map(({ name }) => name),
]

/** Whether a name is that of a transform or a lookup. @since 0.2.0 */
export const isSuffix = (schema: Schema, name: string): boolean =>
  lookupNamed(schema, name) !== null || transforms.includes(name)
