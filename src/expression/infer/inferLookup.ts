import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Kind } from '../../value/Value.js'
import type { Lookup, LookupName } from '../Expression.js'
import { commonKind } from '../kinds.js'
import type { Typed, Typing } from '../Typed.js'
import { malformed } from './mistakes.js'
import { reachOf } from './reachOf.js'

/**
 * A comparison: whether it takes operands of these kinds.
 *
 * @since 0.2.0
 */
export const inferLookup = <S, T>(
  { name }: Lookup<S>,
  operands: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Typing> => {
  const [left, ...right] = operands
  const [min, max] = operandCount(name)
  if (left === undefined || right.length < min || right.length > max) return E.left(malformed(name))
  const mistake = mistakeOf(name, left.type.kind, right)
  return mistake === null
    ? E.right({ type: { kind: 'boolean', nullable: false }, reach: reachOf(operands) })
    : E.left(mistake)
}

const operandCount = (name: LookupName): readonly [number, number] =>
  name === 'isnull' ? [0, 0] : name === 'range' ? [2, 2] : name === 'in' ? [0, Infinity] : [1, 1]

const mistakeOf = <T>(name: LookupName, kind: Kind, right: ReadonlyArray<Typed<T>>): QueryError | null => {
  const [first] = right
  if (name === 'isnull') return null
  if (name === 'regex' || name === 'iregex') return wrongPattern(name, kind, first)
  if (textual.has(name))
    return kind === 'text' && first?.type.kind === 'text'
      ? null
      : invalidField(null, name, `compares text, not ${kind === 'text' ? String(first?.type.kind) : kind}`)
  const other = right.find((each) => commonKind([kind, each.type.kind]) === null)
  if (other !== undefined) return invalidField(null, name, `compares ${kind} with ${other.type.kind}`)
  return kind === 'json' && name !== 'exact' && name !== 'in'
    ? invalidField(null, name, 'json has no order')
    : null
}

const textual: ReadonlySet<LookupName> = new Set([
  'contains',
  'startswith',
  'endswith',
  'iexact',
  'icontains',
  'istartswith',
  'iendswith',
])

const wrongPattern = <T>(
  name: 'regex' | 'iregex',
  kind: Kind,
  pattern: Typed<T> | undefined,
): QueryError | null => {
  if (kind !== 'text') return invalidField(null, name, `compares text, not ${kind}`)
  if (pattern?._tag !== 'const' || typeof pattern.value !== 'string')
    return invalidField(null, name, 'takes a pattern written out, as text')
  const source = pattern.value
  const made = E.tryCatch(
    () => new RegExp(source, name === 'regex' ? 'u' : 'iu'),
    (cause) => (cause instanceof Error ? cause.message : 'is not a regular expression'),
  )
  return E.isLeft(made) ? invalidField(null, name, made.left) : null
}
