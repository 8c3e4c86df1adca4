/**
 * Querysets as code: what is printed can be pasted.
 *
 * @since 0.1.0
 */
import type { Call, Const, Expression, Lookup, Named, Node, OrderKey } from '../expression/Expression.js'
import { fold } from '../expression/fold.js'
import type { Json } from '../value/Value.js'
import { stepsOf, type AnyQueryset, type Queryset, type Step } from './Queryset.js'

/** The variables by which the rows in view are called, the current one first. */
type Names = ReadonlyArray<string>

/**
 * Code, and whether it is a bare literal.
 *
 * @since 0.1.0
 */
export interface Text {
  readonly code: string
  /** Whether it is a bare literal, which has no methods. */
  readonly literal: string | null
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

const printIn = (queryset: AnyQueryset, prefix: string, around: Names): string => {
  const steps = stepsOf(queryset).map((step) => printStep(queryset, step, prefix, around))
  const head = `${prefix}${queryset.model}`
  return steps.length === 0 ? head : list('pipe(', [head, ...steps], ')')
}

/** On one line where it fits, else one element a line. What is too long to be read anyway stays on one. */
const list = (open: string, elements: ReadonlyArray<string>, close: string): string => {
  const length = elements.reduce((sum, element) => sum + element.length + 2, open.length + close.length)
  if (length > 20_000) return `${open}${elements.join(', ')}${close}`
  const line = `${open}${elements.join(', ')}${close}`
  return line.length <= 100 && !line.includes('\n')
    ? line
    : `${open}\n${elements.map((element) => `  ${element.replaceAll('\n', '\n  ')},`).join('\n')}\n${close}`
}

const printStep = (queryset: AnyQueryset, step: Step, prefix: string, around: Names): string => {
  const row = variable(queryset.model, around)
  const names = [row, ...around]
  const text = (node: Node<AnyQueryset>, at: Names = names) =>
    printNode(node, { names: at, subquery: (query, inside) => printIn(query, prefix, inside) })
  const record = (columns: ReadonlyArray<Named<AnyQueryset>>, at: Names = names) =>
    columns.length === 0
      ? '({})'
      : list(
          '({ ',
          columns.map(({ name, expression }) => `${name}: ${solid(text(expression, at), expression)}`),
          ' })',
        )
  const callback = (body: string, name = row) => `(${name}) => ${body}`
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
        [callback(record(step.keys)), callback(record(step.aggregates, ['group', ...around]), 'group')],
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
      const inner = stepsOf(step.query).map((each) => printStep(step.query, each, prefix, names))
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
  readonly subquery: (query: S, names: Names) => string
}

/**
 * The code of an expression or predicate.
 *
 * @since 0.1.0
 */
export const printNode = <S>(node: Node<S>, { names, subquery }: Printing<S>): Text =>
  fold<S, Names, Text>(node, names, {
    enter: (at, crossing) =>
      crossing._tag === 'aggregate' && crossing.over === 'group' && crossing.relation.length === 0
        ? ['row', ...at.slice(1)]
        : [variable(crossing.relation.at(-1) ?? 'row', at), ...at],
    combine: (at, operands, here) => {
      const codes = operands.map(({ code }) => code)
      const bare = (code: string): Text => ({ code, literal: null })
      const [first = ''] = codes
      switch (at._tag) {
        case 'const':
          return printConst(at)
        case 'column':
          return bare(member(here[at.level] ?? 'outside', at.path))
        case 'call':
          return bare(printCall(at, operands))
        case 'cast':
          return bare(`cast(${solidOf(at.arg, operands[0])}, '${at.to}')`)
        case 'case': {
          const branches = at.branches.map(
            ({ then }, i) => `[${codes[2 * i] ?? ''}, ${solidOf(then, operands[2 * i + 1])}]`,
          )
          const otherwise =
            at.otherwise._tag === 'const' && at.otherwise.value === null
              ? []
              : [solidOf(at.otherwise, operands.at(-1))]
          return bare(list('caseWhen(', [list('[', branches, ']'), ...otherwise], ')'))
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
          return bare(
            `${start}.${name}(${[...arg, ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])].join(', ')})`,
          )
        }
        case 'subquery':
          return bare(`subquery(${subquery(at.query, here)})`)
        case 'exists':
          return bare(`exists(${subquery(at.query, here)})`)
        case 'inQuery':
          return bare(`${solidOf(at.left, operands[0])}.in(${subquery(at.query, here)})`)
        case 'test':
          return bare(`test(${first})`)
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
            `${member(here[at.level] ?? 'outside', at.relation)}.some((${variable(at.relation.at(-1) ?? 'row', here)}) => ${first})`,
          )
        case 'lookup':
          return bare(printLookup(at, operands))
      }
    },
  })

const variableInside = (
  at: { readonly over: string; readonly relation: ReadonlyArray<string> },
  here: Names,
): string =>
  at.over === 'group' && at.relation.length === 0 ? 'row' : variable(at.relation.at(-1) ?? 'row', here)

const solidOf = <S>(expression: Expression<S>, text: Text | undefined): string =>
  text === undefined ? '' : solid(text, expression)

const printConst = ({ value }: Const): Text => {
  const code = literal(value)
  return { code, literal: code }
}

const printLookup = <S>(at: Lookup<S>, operands: ReadonlyArray<Text>): string => {
  const [left, ...right] = operands
  const start = solidOf(at.left, left)
  const codes = right.map(({ code }) => code)
  switch (at.name) {
    case 'exact':
      return `${start}.eq(${codes.join(', ')})`
    case 'isnull':
      return `${start}.isNull()`
    case 'in':
      return `${start}.in([${codes.join(', ')}])`
    default:
      return `${start}.${at.name}(${codes.join(', ')})`
  }
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

const printCall = <S>(at: Call<S>, operands: ReadonlyArray<Text>): string => {
  const codes = operands.map(({ code }) => code)
  const first = at.args[0]
  const start = first === undefined ? '' : solidOf(first, operands[0])
  const method = methods[at.name] ?? (sameName.has(at.name) ? at.name : null)
  if (at.name.startsWith('trunc_')) return `${start}.trunc('${at.name.slice('trunc_'.length)}')`
  if (method !== null) return `${start}.${method}(${codes.slice(1).join(', ')})`
  const name = free[at.name]
  return name === undefined
    ? `func('${at.name}', 'float'${codes.map((code) => `, ${code}`).join('')})`
    : `${name}(${[...(first === undefined ? [] : [start]), ...codes.slice(1)].join(', ')})`
}
