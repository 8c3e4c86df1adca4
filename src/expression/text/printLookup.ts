import { option as O } from 'fp-ts'
import type { Schema } from '../../schema/Schema.js'
import type { Json } from '../../value/Value.js'
import type { Call, Const, Expression, Lookup, Predicate, Some } from '../Expression.js'
import { builtIn, lookupNamed } from '../lookups.js'
import type { LookupDef } from '../lookups/LookupDef.js'
import { isTextual, transforms } from './suffixes.js'

/**
 * A predicate as a lookup, for predicates that `parseLookup` made of one lookup with constant values: parsed again,
 * what is printed gives the predicate again. Others have no such form; nor have custom lookups, without their schema.
 *
 * @since 0.1.0
 */
export const printLookup = <S>(
  predicate: Predicate<S>,
  schema: Schema | null = null,
): O.Option<{ readonly path: string; readonly value: Json }> => {
  switch (predicate._tag) {
    case 'some':
      return predicate.level !== 0 ? O.none : printSome(predicate, schema)
    case 'not': {
      const inner = predicate.predicate
      if (inner._tag === 'some')
        return O.map((path: string) => ({ path: `${path}__isnull`, value: true }))(anyRow(inner))
      return inner._tag === 'lookup' && defined(schema, inner.name)?.arity[1] === 0
        ? O.map(({ path }: { readonly path: string }) => ({ path, value: false }))(printLookup(inner, schema))
        : O.none
    }
    case 'lookup':
      return O.flatMap(printSide(predicate.left, isAboutText(schema, predicate.name)), (left: string) =>
        O.map((value: Json) => ({
          path: predicate.name === 'exact' ? left : `${left}__${predicate.name}`,
          value,
        }))(valueOf(predicate, schema)),
      )
    default:
      return O.none
  }
}

const printSome = <S>(
  predicate: Some<S>,
  schema: Schema | null,
): O.Option<{ readonly path: string; readonly value: Json }> => {
  const inner = predicate.predicate
  const there = anyRow(predicate)
  if (O.isSome(there)) return O.some({ path: `${there.value}__isnull`, value: false })
  // "A row behind which there is none" isn't "no row behind which there is one", which is how it would be read.
  if (inner._tag === 'not' && inner.predicate._tag === 'some') return O.none
  return O.map(({ path, value }: { readonly path: string; readonly value: Json }) => ({
    path: `${predicate.relation.join('__')}__${path}`,
    value,
  }))(printLookup(inner, schema))
}

/** The path of a `some` that any row meets. */
const anyRow = <S>(predicate: Some<S>): O.Option<string> => {
  const inner = predicate.predicate
  const path = predicate.relation.join('__')
  if (predicate.level !== 0) return O.none
  return inner._tag === 'and' && inner.all.length === 0
    ? O.some(path)
    : inner._tag === 'some'
      ? O.map((rest: string) => `${path}__${rest}`)(anyRow(inner))
      : O.none
}

const valueOf = <S>({ name, right }: Lookup<S>, schema: Schema | null): O.Option<Json> => {
  const definition = defined(schema, name)
  if (definition === null) return O.none
  const { any, arity } = definition
  if (arity[1] === 0) return O.some(true)
  // A value that looks like an expression would be read as one.
  if (!right.every((each): each is Const => each._tag === 'const' && each.value !== null)) return O.none
  const values = right.map(({ value }) => value)
  return any || arity[1] > 1 ? O.some(values) : O.fromNullable(values[0])
}

const printSide = <S>(expression: Expression<S>, asText: boolean): O.Option<string> => {
  if (asText && expression._tag === 'cast' && expression.to === 'text')
    return printSide(expression.arg, false)
  if (expression._tag === 'column' && expression.level === 0) return O.some(expression.path.join('__'))
  return expression._tag === 'call' && transforms.includes(expression.name) && expression.args.length === 1
    ? printTransform(expression)
    : O.none
}

const printTransform = <S>({ name, args }: Call<S>): O.Option<string> => {
  const [arg] = args
  return arg === undefined ? O.none : O.map((side: string) => `${side}__${name}`)(printSide(arg, false))
}

const defined = (schema: Schema | null, name: string): LookupDef | null =>
  schema === null ? (builtIn.get(name) ?? null) : lookupNamed(schema, name)

const isAboutText = (schema: Schema | null, name: string): boolean => {
  const definition = defined(schema, name)
  return definition !== null && isTextual(definition)
}
