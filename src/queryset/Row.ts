import type { Row as Plain } from '../value/Value.js'
import type { QuerysetLike } from '../expression/Ref.js'

/**
 * The type of a queryset's rows, whatever steps it has. Without a type argument: a row of plain values, as clients give
 * it.
 *
 * @example
 * import { autoId, field, pipe, schema, values, type Row } from 'queryset-ts'
 * const music = schema({ genre: { id: autoId, name: field.text() } })
 * type Genre = Row<typeof music.genre> // { readonly id: number; readonly name: string }
 * const rock: Genre = { id: 1, name: 'Rock' }
 * const names = pipe(music.genre, values((g) => ({ name: g.name })))
 * const name: Row<typeof names> = { name: rock.name }
 * console.log(name) // => { name: 'Rock' }
 *
 * @since 0.2.0
 */
export type Row<Q = Plain> = Q extends QuerysetLike<infer A> ? A : Q
