/**
 * Querysets as code: what is printed can be pasted.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import type * as t from 'io-ts'
import { aggregateType } from '../expression/aggregate.js'
import type { Call, Const, Expression, Lookup, Named, Node, OrderKey } from '../expression/Expression.js'
import { fold } from '../expression/fold.js'
import { functions } from '../expression/functions.js'
import { builtIn } from '../expression/lookups.js'
import { codeNameOf } from '../expression/lookups/codeNameOf.js'
import { columnType, followAll, modelOf, type Scope } from '../expression/Scope.js'
import { canonical } from '../value/canonical.js'
import type { Json, Kind } from '../value/Value.js'
import { asQueryset, type AnyQueryset, type Queryset, type Step } from './Queryset.js'

/** The variables by which the rows in view are called, the current one first. */
type Names = ReadonlyArray<string>

/** A row in view: its variable, and its columns where they are known. */
interface Seen {
  readonly name: string
  readonly scope: Scope | null
}
type View = ReadonlyArray<Seen>

/**
 * Code, and what is known of its value.
 *
 * @since 0.1.0
 */
export interface Text {
  readonly code: string
  /** The bare literal that it is, which has no methods. */
  readonly literal: string | null
  readonly kind: Kind | null
  /** The user's own codec for the value. */
  readonly codec: t.Mixed | null
}

/**
 * The TypeScript code of a queryset, on one line if it is short. `prefix` is put before the names of models:
 * `'music.'`.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, filter((g) => g.name.eq('Rock'))))) // => pipe(genre, filter((g) => g.name.eq('Rock')))
 *
 * @since 0.1.0
 */
export const print = <R, A, M>(queryset: Queryset<R, A, M>, prefix = ''): string =>
  printIn(queryset, prefix, [])

const printIn = (given: AnyQueryset, prefix: string, around: View): string => {
  const queryset = asQueryset(given)
  const steps = printSteps(queryset, prefix, around)
  const head = `${prefix}${queryset.model}`
  return steps.length === 0 ? head : list('pipe(', [head, ...steps], ')')
}

/** On one line where it fits, else one element a line. What is too long to be read anyway stays on one. */
const list = (open: string, elements: ReadonlyArray<string>, close: string): string => {
  const length = elements.reduce((sum, element) => sum + element.length + 2, open.length + close.length)
  // Put together by `+`, long text isn't copied: of a predicate that is nested deep, each level's would be.
  if (length > 20_000)
    return `${elements.reduce((so, each, i) => `${so}${i === 0 ? '' : ', '}${each}`, open)}${close}`
  const line = `${open}${elements.join(', ')}${close}`
  return line.length <= 100 && !line.includes('\n')
    ? line
    : `${open}\n${elements.map((element) => `  ${element.replaceAll('\n', '\n  ')},`).join('\n')}\n${close}`
}

const namesIn = (view: View): Names => view.map(({ name }) => name)

const scopeIn = (queryset: AnyQueryset | null): Scope | null =>
  queryset === null ? null : E.getOrElse((): Scope | null => null)(asQueryset(queryset).scope)

/** Each step, with what is known of the rows that it is taken on. */
const printSteps = (queryset: AnyQueryset, prefix: string, around: View): ReadonlyArray<string> => {
  const steps: Array<string> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source)
    if (at.step !== null) steps.push(printStep(at, at.step, prefix, around))
  return steps.reverse()
}

const printStep = (queryset: AnyQueryset, step: Step, prefix: string, around: View): string => {
  const row = variable(queryset.model, namesIn(around))
  const scope = scopeIn(queryset.source)
  const view = [{ name: row, scope }, ...around]
  const text = (node: Node<AnyQueryset>, at: View = view) =>
    printSeen(node, at, {
      subquery: (query, inside) => printIn(query, prefix, inside),
      kindOf: singleKind,
    })
  const record = (columns: ReadonlyArray<Named<AnyQueryset>>, at: View = view) =>
    columns.length === 0
      ? '({})'
      : list(
          '({ ',
          columns.map(({ name, expression }) => `${name}: ${solid(text(expression, at), expression)}`),
          ' })',
        )
  const callback = (body: string, name = row) => lambda(name, body)
  const many = (others: ReadonlyArray<AnyQueryset>) =>
    others.map((other) => printIn(other, prefix, around)).join(', ')
  switch (step._tag) {
    case 'filter':
      return `filter(${callback(text(step.predicate).code)})`
    case 'orderBy':
      return `orderBy(${callback(
        list(
          '[',
          step.keys.map((key) => printKey(key, text(key.expression))),
          ']',
        ),
      )})`
    case 'reverse':
    case 'distinct':
      return step._tag
    case 'slice':
      return `slice(${String(step.start)}${step.stop === null ? '' : `, ${String(step.stop)}`})`
    case 'distinctOn':
      return `distinctOn(${callback(
        list(
          '[',
          step.keys.map((key) => solid(text(key), key)),
          ']',
        ),
      )})`
    case 'values':
      return step.form === 'record'
        ? `values(${callback(record(step.columns))})`
        : step.form === 'tuple'
          ? `valuesList(${callback(
              list(
                '[',
                step.columns.map(({ expression }) => solid(text(expression), expression)),
                ']',
              ),
            )})`
          : `valuesList(${callback(step.columns.map(({ expression }) => solid(text(expression), expression)).join(', '))})`
    case 'annotate':
      return `annotate(${callback(record(step.columns))})`
    case 'groupBy':
      return list(
        'groupBy(',
        [
          callback(record(step.keys)),
          callback(record(step.aggregates, [{ name: 'group', scope }, ...around]), 'group'),
        ],
        ')',
      )
    case 'union':
    case 'intersection':
    case 'difference':
      return `${step._tag}(${many(step.others)})`
    case 'and':
    case 'or':
    case 'xor':
      return `${step._tag}(${many([step.other])})`
    case 'selectRelated':
      return `selectRelated(${callback(member(row, step.path))})`
    case 'prefetchRelated': {
      const inner = printSteps(step.query, prefix, view)
      const refined =
        inner.length === 0 ? [] : [inner.length === 1 ? (inner[0] ?? '') : list('flow(', inner, ')')]
      return list('prefetchRelated(', [callback(member(row, [step.relation])), ...refined], ')')
    }
    case 'only':
      return `only(${step.fields.map(quoted).join(', ')})`
  }
}

/** The first letters of a model's words, and more of them where they are taken. */
const variable = (model: string, taken: Names): string => {
  const short = model
    .split('_')
    .map((word) => word.slice(0, 1).toLowerCase())
    .join('')
  const candidates = [
    short,
    model.toLowerCase(),
    ...Array.from({ length: taken.length + 1 }, (_, i) => `${short}${String(i + 2)}`),
  ]
  return candidates.find((name) => !taken.includes(name) && !reserved.has(name)) ?? short
}

/** The kind of a queryset's only column, or of the key of its rows. */
const singleKind = (queryset: AnyQueryset): Kind | null => {
  const scope = scopeIn(queryset)
  if (scope === null) return null
  const [only, another] = scope.columns.values()
  return (another === undefined ? only : scope.columns.get(modelOf(scope)?.primaryKey ?? ''))?.kind ?? null
}

const reserved: ReadonlySet<string> = new Set([
  'do',
  'if',
  'in',
  'is',
  'as',
  'of',
  'or',
  'and',
  'not',
  'case',
  'new',
  'group',
])

const identifier = /^[A-Za-z_$][\w$]*$/u

/** A function of a row; without a parameter where it speaks of none, which a compiler may refuse. */
const lambda = (name: string, body: string): string =>
  new RegExp(`(?<![\\w$.'])${name}(?![\\w$])`, 'u').test(body.replaceAll(/'(?:[^'\\]|\\.)*'/gu, ''))
    ? `(${name}) => ${body}`
    : `() => ${body}`

const member = (row: string, path: ReadonlyArray<string>): string =>
  path.reduce(
    (code, name) =>
      identifier.test(name) || code === ''
        ? `${code === '' ? '' : `${code}.`}${name}`
        : `${code}[${/^\d+$/u.test(name) ? name : quoted(name)}]`,
    row,
  )

const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

const printKey = ({ expression, direction, nulls }: OrderKey<AnyQueryset>, text: Text): string => {
  const usual = direction === 'asc' ? 'last' : 'first'
  return `${solid(text, expression)}.${direction}(${nulls === usual ? '' : `{ nulls: '${nulls}' }`})`
}

/** An expression that can stand alone: a literal as `value(…)`. */
const solid = <S>(text: Text, expression: Node<S>): string =>
  text.literal === null || expression._tag !== 'const'
    ? text.code
    : expression.kind === 'text' || expression.kind === 'boolean' || expression.kind === 'float'
      ? `value(${text.literal})`
      : `value(${text.literal}, '${expression.kind}')`

const literal = (value: Json): string =>
  typeof value === 'string'
    ? quoted(value)
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

/**
 * How to print a node: by which variables its rows are called, the current one first (the empty name for none), and
 * how subqueries are printed.
 *
 * @since 0.1.0
 */
export interface Printing<S> {
  readonly names: Names
  readonly subquery: (query: S) => string
}

/**
 * The code of an expression or predicate of rows that nothing is known of.
 *
 * @since 0.1.0
 */
export const printNode = <S>(node: Node<S>, { names, subquery }: Printing<S>): Text =>
  printSeen(
    node,
    names.map((name) => ({ name, scope: null })),
    { subquery, kindOf: () => null },
  )

interface Inner<S> {
  readonly subquery: (query: S, view: View) => string
  readonly kindOf: (query: S) => Kind | null
}

const typeIn = (at: Seen | undefined, path: ReadonlyArray<string>): Pick<Text, 'kind' | 'codec'> => {
  const found = at?.scope == null ? null : columnType(at.scope, path)
  return found === null || E.isLeft(found)
    ? { kind: null, codec: null }
    : { kind: found.right.type.kind, codec: found.right.type.codec }
}

const printSeen = <S>(node: Node<S>, view: View, { subquery, kindOf }: Inner<S>): Text =>
  fold<S, View, Text>(node, view, {
    enter: (at, crossing) => {
      const scope = at[crossing.level]?.scope ?? null
      if (crossing._tag === 'aggregate' && crossing.over === 'group' && crossing.relation.length === 0)
        return [{ name: 'row', scope }, ...at.slice(1)]
      const target = scope === null ? null : followAll(scope, crossing.relation)
      return [
        {
          name: variable(crossing.relation.at(-1) ?? 'row', namesIn(at)),
          scope: target === null || E.isLeft(target) ? null : target.right.scope,
        },
        ...at,
      ]
    },
    combine: (at, operands, view) => {
      const here = namesIn(view)
      const codes = operands.map(({ code }) => code)
      const bare = (code: string, kind: Kind | null = null): Text => ({
        code,
        literal: null,
        kind,
        codec: null,
      })
      const [first = ''] = codes
      switch (at._tag) {
        case 'const':
          return printConst(at)
        case 'column':
          return {
            code: member(here[at.level] ?? 'outside', at.path),
            literal: null,
            ...typeIn(view[at.level], at.path),
          }
        case 'call':
          return bare(printCall(at, operands), kindOfCall(at.name, operands))
        case 'cast':
          return bare(`cast(${solidOf(at.arg, operands[0])}, '${at.to}')`, at.to)
        case 'case': {
          const branches = at.branches.map(
            ({ then }, i) => `[${codes[2 * i] ?? ''}, ${solidOf(then, operands[2 * i + 1])}]`,
          )
          const otherwise =
            at.otherwise._tag === 'const' && at.otherwise.value === null
              ? []
              : [solidOf(at.otherwise, operands.at(-1))]
          return bare(
            list('caseWhen(', [list('[', branches, ']'), ...otherwise], ')'),
            operands[1]?.kind ?? null,
          )
        }
        case 'aggregate': {
          const inside = variableInside(at, here)
          const start = at.over === 'group' ? 'group' : member(here[at.level] ?? 'outside', at.relation)
          const arg = at.arg === null ? [] : [`(${inside}) => ${solidOf(at.arg, operands[0])}`]
          const filter =
            at.filter === null ? [] : [`filter: (${inside}) => ${codes[at.arg === null ? 0 : 1] ?? ''}`]
          const fallback = at.default === null ? [] : [`default: ${codes.at(-1) ?? ''}`]
          const options = [
            ...(at.distinct ? ['distinct: true'] : []),
            ...filter,
            ...fallback,
            ...(at.sample ? ['sample: true'] : []),
          ]
          const name = at.name === 'count' && at.arg !== null ? 'countOf' : at.name
          const of = at.arg === null ? 'int' : (operands[0]?.kind ?? null)
          return bare(
            `${start}.${name}(${[...arg, ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])].join(', ')})`,
            of === null ? null : (aggregateType(at.name, of)?.kind ?? null),
          )
        }
        case 'subquery': {
          const kind = kindOf(at.query)
          return bare(`subquery(${kind === null ? '' : `'${kind}', `}${subquery(at.query, view)})`, kind)
        }
        case 'exists':
          return bare(`exists(${subquery(at.query, view)})`)
        case 'inQuery':
          return bare(`${solidOf(at.left, operands[0])}.in(${subquery(at.query, view)})`)
        case 'test':
          return bare(`test(${first})`, 'boolean')
        case 'holds':
          return bare(`holds(${solidOf(at.expression, operands[0])})`)
        case 'not':
          return bare(`not(${first})`)
        case 'and':
        case 'or':
        case 'xor':
          return bare(list(`${at._tag}(`, codes, ')'))
        case 'some':
          return bare(
            `${member(here[at.level] ?? 'outside', at.relation)}.some(${lambda(variable(at.relation.at(-1) ?? 'row', here), first)})`,
          )
        case 'lookup':
          return bare(printLookup(at, operands))
      }
    },
  })

const kindOfCall = (name: string, operands: ReadonlyArray<Text>): Kind | null => {
  const types = operands.flatMap(({ kind }) => (kind === null ? [] : [{ kind, nullable: true }]))
  const definition = functions.get(name)
  return definition === undefined || types.length < operands.length
    ? null
    : E.match(
        () => null,
        ({ kind }: { readonly kind: Kind }) => kind,
      )(definition.type(types))
}

const variableInside = (
  at: { readonly over: string; readonly relation: ReadonlyArray<string> },
  here: Names,
): string =>
  at.over === 'group' && at.relation.length === 0 ? 'row' : variable(at.relation.at(-1) ?? 'row', here)

const solidOf = <S>(expression: Expression<S>, text: Text | undefined): string =>
  text === undefined ? '' : solid(text, expression)

const printConst = ({ value, kind }: Const): Text => {
  const code = literal(value)
  return { code, literal: code, kind, codec: null }
}

/**
 * An operand beside a value: a constant can stand bare where it would be read as one of kind `as` again (`null`
 * where nothing is known).
 */
const operandOf = <S>(operand: Expression<S>, text: Text | undefined, as: Kind | null): string =>
  text === undefined
    ? ''
    : operand._tag !== 'const' || as === null || operand.kind === as
      ? text.code
      : solid(text, operand)

/** A constant beside a value with a codec of its own is written as what the codec makes of it, if that is JSON. */
const coded = (codec: t.Mixed, { value, kind }: Const): string => {
  const decoded = codec.decode(value)
  const json = E.isLeft(decoded) ? O.none : canonical('json', decoded.right)
  return O.isSome(json)
    ? literal(json.value)
    : `value(${literal(value)}${kind === 'text' ? '' : `, '${kind}'`})`
}

const printLookup = <S>(at: Lookup<S>, operands: ReadonlyArray<Text>): string => {
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

/** As which kind the function `name` reads a bare constant, as its argument number `i`. */
const readAs = (name: string, i: number, left: Kind | null, value: Json): Kind | null => {
  const byItself = Number.isSafeInteger(value) ? 'int' : 'float'
  if (arithmetic.has(name)) return left === 'decimal' ? 'decimal' : left === null ? null : byItself
  if (textual.has(name)) return 'text'
  if (padding.has(name)) return i === 1 ? 'int' : 'text'
  if (sameName.has(name)) return 'int'
  if (Object.hasOwn(free, name)) return left
  return typeof value === 'string' ? 'text' : byItself
}

/** A name may be one that every object answers to. */
const inTable = (table: { readonly [name: string]: string | undefined }, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const printCall = <S>(at: Call<S>, operands: ReadonlyArray<Text>): string => {
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
