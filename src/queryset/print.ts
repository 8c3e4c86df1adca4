/**
 * Prints querysets as code. The output can be pasted into a program.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Named, Node, OrderKey } from '../expression/Expression.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import type { Kind } from '../value/Value.js'
import { lambda, list, member, quoted, variable } from './print/code.js'
import { namesIn, printSeen, type ShownRows } from './print/nodes.js'
import { solid, type Text } from './print/Text.js'
import { asQueryset, type AnyQueryset, type Queryset, type Step } from './Queryset.js'

/**
 * The TypeScript code of a queryset. Short code is on one line. `prefix` is put before the names of models, as in
 * `'music.'`.
 *
 * @example
 * import { autoId, field, filter, pipe, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, filter((g) => g.name.eq('Rock'))))) // => pipe(genre, filter((g) => g.name.eq('Rock')))
 *
 * @since 0.1.0
 */
export const print = <R, A, M>(queryset: Queryset<R, A, M>, prefix = ''): string =>
  printIn(queryset, prefix, [])

const printIn = (given: AnyQueryset, prefix: string, around: ShownRows): string => {
  const queryset = asQueryset(given)
  const steps = printSteps(queryset, prefix, around)
  const head = `${prefix}${queryset.model}`
  return steps.length === 0 ? head : list('pipe(', [head, ...steps], ')')
}

const scopeIn = (queryset: AnyQueryset | null): Scope | null =>
  queryset === null ? null : E.getOrElse((): Scope | null => null)(asQueryset(queryset).scope)

/** Each step, with what is known of the rows that it applies to. */
const printSteps = (queryset: AnyQueryset, prefix: string, around: ShownRows): ReadonlyArray<string> => {
  const steps: Array<string> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source)
    if (at.step !== null) steps.push(printStep(at, at.step, prefix, around))
  return steps.reverse()
}

const printStep = (queryset: AnyQueryset, step: Step, prefix: string, around: ShownRows): string => {
  const row = variable(queryset.model, namesIn(around))
  const scope = scopeIn(queryset.source)
  const view = [{ name: row, scope }, ...around]
  const text = (node: Node<AnyQueryset>, at: ShownRows = view) =>
    printSeen(node, at, {
      subquery: (query, inside) => printIn(query, prefix, inside),
      kindOf: singleKind,
    })
  const record = (columns: ReadonlyArray<Named<AnyQueryset>>, at: ShownRows = view) =>
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

/** The kind of a queryset's only column, or of the key of its rows. */
const singleKind = (queryset: AnyQueryset): Kind | null => {
  const scope = scopeIn(queryset)
  if (scope === null) return null
  const [only, another] = scope.columns.values()
  return (another === undefined ? only : scope.columns.get(modelOf(scope)?.primaryKey ?? ''))?.kind ?? null
}

const printKey = ({ expression, direction, nulls }: OrderKey<AnyQueryset>, text: Text): string => {
  const usual = direction === 'asc' ? 'last' : 'first'
  return `${solid(text, expression)}.${direction}(${nulls === usual ? '' : `{ nulls: '${nulls}' }`})`
}
