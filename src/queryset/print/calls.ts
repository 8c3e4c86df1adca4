/**
 * Prints calls of functions and lookups, as methods or as functions.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Call, Lookup } from '../../expression/Expression.js'
import { functions } from '../../expression/functions.js'
import { builtIn } from '../../expression/lookups.js'
import { codeNameOf } from '../../expression/lookups/codeNameOf.js'
import type { Json, Kind } from '../../value/Value.js'
import { coded, operandOf, solidOf, type Text } from './Text.js'

/**
 * A lookup, as a method of its left side or as a custom lookup by its name.
 *
 * @since 0.2.0
 */
export const printLookup = <S>(at: Lookup<S>, operands: ReadonlyArray<Text>): string => {
  const [left, ...right] = operands
  const start = solidOf(at.left, left)
  const definition = builtIn.get(at.name)
  if (definition === undefined)
    return `${codeNameOf(at.name)}.of(${[start, ...right.map(({ code }) => code)].join(', ')})`
  const codes = right.map((text, i) => {
    const operand = at.right[i]
    return operand === undefined
      ? text.code
      : operand._tag === 'const' && left?.codec != null
        ? coded(left.codec, operand)
        : operandOf(operand, text, left?.kind ?? null)
  })
  const { method, any } = definition
  return `${start}.${method}(${any ? `[${codes.join(', ')}]` : codes.join(', ')})`
}

const methods: { readonly [name: string]: string } = {
  add: 'plus',
  sub: 'minus',
  mul: 'times',
  div: 'dividedBy',
  mod: 'mod',
  neg: 'negated',
  iso_year: 'isoYear',
  week_day: 'weekDay',
  iso_week_day: 'isoWeekDay',
}

const sameName: ReadonlySet<string> = new Set(
  (
    'abs ceil floor round sign power sqrt exp ln lower upper length left right substr trim ltrim rtrim replace reverse ' +
    'repeat lpad rpad strindex ord year quarter month week day hour minute second date time'
  ).split(' '),
)

const free: { readonly [name: string]: string } = {
  coalesce: 'coalesce',
  greatest: 'greatest',
  least: 'least',
  nullif: 'nullIf',
  concat: 'concat',
  now: 'now',
}

const arithmetic: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'mod', 'power'])

const textual: ReadonlySet<string> = new Set(['concat', 'replace', 'strindex'])

const padding: ReadonlySet<string> = new Set(['lpad', 'rpad'])

/** The kind as which the function `name` reads a bare constant in argument number `i`. */
const readAs = (name: string, i: number, left: Kind | null, value: Json): Kind | null => {
  const byItself = Number.isSafeInteger(value) ? 'int' : 'float'
  if (arithmetic.has(name)) return left === 'decimal' ? 'decimal' : left === null ? null : byItself
  if (textual.has(name)) return 'text'
  if (padding.has(name)) return i === 1 ? 'int' : 'text'
  if (sameName.has(name)) return 'int'
  if (Object.hasOwn(free, name)) return left
  return typeof value === 'string' ? 'text' : byItself
}

/** A name may be one that every object has. */
const inTable = (table: { readonly [name: string]: string | undefined }, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/**
 * The kind of a call's value, or `null` if nothing is known.
 *
 * @since 0.2.0
 */
export const kindOfCall = (name: string, operands: ReadonlyArray<Text>): Kind | null => {
  const types = operands.flatMap(({ kind }) => (kind === null ? [] : [{ kind, nullable: true }]))
  const definition = functions.get(name)
  return definition === undefined || types.length < operands.length
    ? null
    : E.match(
        () => null,
        ({ kind }: { readonly kind: Kind }) => kind,
      )(definition.type(types))
}

/**
 * A call, as a method of its first argument or as a function.
 *
 * @since 0.2.0
 */
export const printCall = <S>(at: Call<S>, operands: ReadonlyArray<Text>): string => {
  const [first] = at.args
  const start = first === undefined ? '' : solidOf(first, operands[0])
  const left = operands[0]?.kind ?? null
  const codes = at.args.map((arg, i) =>
    operandOf(arg, operands[i], arg._tag === 'const' ? readAs(at.name, i, left, arg.value) : null),
  )
  const method = inTable(methods, at.name) ?? (sameName.has(at.name) ? at.name : null)
  if (at.name.startsWith('trunc_')) return `${start}.trunc('${at.name.slice('trunc_'.length)}')`
  if (method !== null) return `${start}.${method}(${codes.slice(1).join(', ')})`
  const name = inTable(free, at.name)
  if (name === 'concat') return `concat(${codes.join(', ')})`
  return name === undefined
    ? `func('${at.name}', '${kindOfCall(at.name, operands) ?? 'float'}'${codes.map((code) => `, ${code}`).join('')})`
    : `${name}(${[...(first === undefined ? [] : [start]), ...codes.slice(1)].join(', ')})`
}
