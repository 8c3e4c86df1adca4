import { builtIn } from '../../expression/lookups.js'
import { codeNameOf } from '../../expression/lookups/codeNameOf.js'
import type { Answer, Fidelity } from '../../client/Support.js'
import { further, type Findings } from './Manifest.js'

/**
 * The costs that a client declares. They can't be found out by queries.
 *
 * @since 0.1.0
 */
export interface Costs extends Pick<Answer, 'maxPerRequest' | 'maxMembers' | 'milliseconds'> {
  readonly rows: { readonly [model: string]: number }
}

const record = (parts: ReadonlyArray<string>): string => (parts.length === 0 ? '' : `{ ${parts.join(', ')} }`)

const named = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/u.test(name) ? name : `'${name.replaceAll("'", "\\'")}'`

const list = (fields: ReadonlyArray<string>): string =>
  `[${fields.map((each) => `'${each}'`).join(', ')}].includes(` + '`${model}.${field}`)'

/**
 * Prints the code of a `support`. It starts from `everything` or `understands`, and overrides what these can't express.
 *
 * @since 0.1.0
 */
export const declarationOf = (found: Findings, costs: Costs): string => {
  const numbers = (['maxPerRequest', 'maxMembers', 'milliseconds'] as const).flatMap((name) =>
    costs[name] === undefined ? [] : [`${name}: ${String(costs[name])}`],
  )
  const total = typeof found.total === 'number' ? String(found.total) : `'${found.total}'`
  if (found.everything) {
    const less = [...(found.total === 'exact' ? [] : [`total: ${total}`]), ...numbers]
    return less.length === 0 ? 'everything' : over('everything(question)', less)
  }
  const classes = classesOf(found).filter(({ lookups }) => lookups.length > 0)
  const [first] = classes
  const fields = [...new Set(found.lookups.map(({ model, field }) => `${model}.${field}`))]
  const ordered = found.order.filter(({ exact }) => exact).map(({ model, field }) => `${model}.${field}`)
  const rows = Object.entries(costs.rows).map(([model, n]) => `${named(model)}: ${String(n)}`)
  const connectives = found.connectives ? ['connectives: true'] : []
  const parts = [
    ...(first === undefined || classes.length > 1 ? [] : [...lookupsIn(first, fields), ...connectives]),
    ...(ordered.length === 0
      ? []
      : [
          ordered.length === found.order.length ? 'order: true' : `order: (model, field) => ${list(ordered)}`,
        ]),
    ...(found.slice === true ? [] : [`slice: ${found.slice === 'limit' ? "'limit'" : 'false'}`]),
    ...(found.projection ? ['projection: true'] : []),
    ...(found.total === 'none' ? [] : [`total: ${total}`]),
    ...numbers,
    ...(rows.length === 0 ? [] : [`rows: ${record(rows)}`]),
  ]
  const more = [
    ...(classes.length > 1
      ? [`where: ${whereOf(classes.map((each) => call([...lookupsIn(each, fields), ...connectives])))}`]
      : []),
    ...further.filter((name) => found[name]).map((name) => `${name}: true`),
  ]
  return more.length === 0 ? call(parts) : over(`${call(parts)}(question)`, more)
}

const call = (parts: ReadonlyArray<string>): string =>
  `understands(${parts.length === 0 ? '{}' : record(parts)})`

/** Fields, and the lookups that work on all of them. */
interface Class {
  readonly fields: ReadonlyArray<string>
  readonly lookups: ReadonlyArray<readonly [string, Fidelity]>
}

/** Groups the fields that have the same answer for each lookup. */
const classesOf = ({ lookups }: Findings): ReadonlyArray<Class> => {
  const byField = new Map<string, Map<string, Fidelity>>()
  lookups.forEach(({ model, field, lookup, fidelity }) => {
    const name = `${model}.${field}`
    byField.set(name, (byField.get(name) ?? new Map<string, Fidelity>()).set(lookup, fidelity))
  })
  const classes: Array<{ readonly fields: Array<string>; readonly lookups: Map<string, Fidelity> }> = []
  byField.forEach((own, name) => {
    const there = classes.find((each) =>
      [...own].every(([lookup, fidelity]) => (each.lookups.get(lookup) ?? fidelity) === fidelity),
    )
    if (there === undefined) classes.push({ fields: [name], lookups: new Map(own) })
    else {
      there.fields.push(name)
      own.forEach((fidelity, lookup) => there.lookups.set(lookup, fidelity))
    }
  })
  return classes.map((each) => ({
    fields: each.fields,
    lookups: [...each.lookups].filter(([, fidelity]) => fidelity !== 'unsupported'),
  }))
}

const lookupsIn = ({ fields, lookups }: Class, all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const others = all.filter((each) => !fields.includes(each))
  return [
    `lookups: ${record(lookups.map(([name, fidelity]) => `${keyOf(name)}: '${fidelity}'`))}`,
    ...(others.length === 0
      ? []
      : [`fields: (model, field) => ${others.length < fields.length ? `!${list(others)}` : list(fields)}`]),
  ]
}

/** The name of a custom lookup isn't a valid key in code. */
const keyOf = (lookup: string): string => (builtIn.has(lookup) ? lookup : `[${codeNameOf(lookup)}.name]`)

/** For each condition, the answer of the part that knows its lookup. */
const whereOf = (supports: ReadonlyArray<string>): string =>
  `[${supports.join(', ')}].map((each) => each(question).where)` +
  `.reduce((a, b) => a.map((each, i) => (each === 'unsupported' ? (b[i] ?? each) : each)))`

const over = (base: string, parts: ReadonlyArray<string>): string =>
  `(question) => (${record([`...${base}`, ...parts])})`
