import * as Text from '../../value/Text.js'
import { either as E } from 'fp-ts'
import type { Json, Kind, Type } from '../../value/Value.js'
import { takes, type FunctionDef } from './FunctionDef.js'

const text: ReadonlyArray<Kind> = ['text']
const int: ReadonlyArray<Kind> = ['int']

const strict = (
  name: string,
  kinds: ReadonlyArray<ReadonlyArray<Kind>>,
  result: Kind,
  apply: (args: ReadonlyArray<Json>) => Json,
  more: {
    readonly optional?: number
    readonly partial?: boolean
    readonly effort?: FunctionDef['effort']
  } = {},
): FunctionDef => ({
  name,
  arity: [kinds.length - (more.optional ?? 0), kinds.length],
  type: takes(kinds, result, more.partial),
  strict: true,
  ...(more.effort === undefined ? {} : { effort: more.effort }),
  apply,
})

const one = (name: string, apply: (text: string) => string): FunctionDef =>
  strict(name, [text], 'text', ([x]) => apply(x as string))

const lengthOf = (args: ReadonlyArray<Json>): number =>
  args.reduce<number>((sum, arg) => sum + (typeof arg === 'string' ? arg.length : 0), 0)

/**
 * Functions of text, by code points. Those that would make enormous text are missing instead.
 *
 * @since 0.1.0
 */
export const textFunctions: ReadonlyArray<FunctionDef> = [
  one('lower', Text.lower),
  one('upper', Text.upper),
  one('trim', Text.trim),
  one('ltrim', Text.ltrim),
  one('rtrim', Text.rtrim),
  one('reverse', Text.reverse),
  strict('length', [text], 'int', ([x]) => Text.length(x as string)),
  strict('left', [text, int], 'text', ([x, n]) => Text.left(x as string, n as number)),
  strict('right', [text, int], 'text', ([x, n]) => Text.right(x as string, n as number)),
  strict(
    'substr',
    [text, int, int],
    'text',
    ([x, from, n]) => Text.substr(x as string, from as number, (n as number | undefined) ?? null),
    {
      optional: 1,
    },
  ),
  strict(
    'replace',
    [text, text, text],
    'text',
    ([x, old, by]) => Text.replace(x as string, old as string, by as string),
    {
      partial: true,
      // One for each two places where the part may be.
      effort: ([x, old]) => (x as string).length / (2 * Math.max(1, (old as string).length)),
    },
  ),
  strict('repeat', [text, int], 'text', ([x, n]) => Text.repeat(x as string, n as number), { partial: true }),
  strict(
    'lpad',
    [text, int, text],
    'text',
    ([x, n, fill]) => Text.lpad(x as string, n as number, (fill as string | undefined) ?? ' '),
    {
      optional: 1,
      partial: true,
    },
  ),
  strict(
    'rpad',
    [text, int, text],
    'text',
    ([x, n, fill]) => Text.rpad(x as string, n as number, (fill as string | undefined) ?? ' '),
    {
      optional: 1,
      partial: true,
    },
  ),
  strict('strindex', [text, text], 'int', ([x, part]) => Text.indexOf(x as string, part as string)),
  strict('ord', [text], 'int', ([x]) => (x as string).codePointAt(0) ?? null, { partial: true }),
  strict('chr', [int], 'text', ([n]) => character(n as number), { partial: true }),
  {
    name: 'concat',
    arity: [1, Infinity],
    type: (types): E.Either<string, Type> =>
      types.every(({ kind }) => kind === 'text')
        ? E.right({ kind: 'text', nullable: false })
        : E.left('takes text'),
    strict: false,
    size: lengthOf,
    apply: (args) =>
      // Never missing, but for what no engine could hold: that must not throw.
      lengthOf(args) > 10 * Text.longest
        ? null
        : args.flatMap((arg) => (typeof arg === 'string' ? [arg] : [])).join(''),
  },
]

const character = (code: number): Json =>
  code >= 1 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : null
