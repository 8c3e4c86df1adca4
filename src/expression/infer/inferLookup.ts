import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import type { Lookup } from '../Expression.js'
import { lookupNamed, lookupsIn } from '../lookups.js'
import type { LookupDef } from '../lookups/LookupDef.js'
import type { Scopes } from '../Scope.js'
import type { Typed, TypedLookup } from '../Typed.js'
import { malformed } from './mistakes.js'
import { reachOf } from './reachOf.js'

/**
 * A comparison: whether its lookup takes operands of these kinds.
 *
 * @since 0.2.0
 */
export const inferLookup = <S, T>(
  { scope: { schema } }: Scopes,
  { name }: Lookup<S>,
  operands: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Omit<TypedLookup<T>, keyof Lookup<T>>> => {
  const definition = lookupNamed(schema, name)
  if (definition === null) return E.left(noSuchLookup(schema, name))
  const [left, ...right] = operands
  const [min, max] = definition.arity
  if (left === undefined || right.length < min || right.length > max) return E.left(malformed(name))
  const kinds = right.map(({ type }) => type.kind)
  const wrong = definition.misfit(left.type.kind, kinds) ?? wrongPattern(definition, right[0])
  return wrong === null
    ? E.right({ type: { kind: 'boolean', nullable: false }, reach: reachOf(operands), definition })
    : E.left(invalidField(null, name, wrong))
}

const noSuchLookup = (schema: Schema, given: string): QueryError =>
  invalidField(
    null,
    given,
    'is not a lookup',
    lookupsIn(schema).map(({ name }) => name),
  )

const wrongPattern = <T>({ pattern }: LookupDef, operand: Typed<T> | undefined): string | null => {
  if (pattern === null) return null
  if (operand?._tag !== 'const' || typeof operand.value !== 'string')
    return 'takes a pattern written out, as text'
  const made = pattern(operand.value)
  return E.isLeft(made) ? made.left : null
}
