import type { Answer, Fidelity } from '../client/Support.js'
import { further, type Found } from './Manifest.js'

/**
 * What a client says of its costs, which can't be found out by asking.
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
 * Code that says what a client can do, as its `support`: by `everything` or `understands`, with what these don't say
 * put over it.
 *
 * @since 0.1.0
 */
export const declarationOf = (found: Found, costs: Costs): string => {
  const numbers = (['maxPerRequest', 'maxMembers', 'milliseconds'] as const).flatMap((name) =>
    costs[name] === undefined ? [] : [`${name}: ${String(costs[name])}`],
  )
  const total = typeof found.total === 'number' ? String(found.total) : `'${found.total}'`
  if (found.everything) {
    const less = [...(found.total === 'exact' ? [] : [`total: ${total}`]), ...numbers]
    return less.length === 0 ? 'everything' : over('everything(question)', less)
  }
  const names = [...new Set(found.lookups.map(({ lookup }) => lookup))]
  const usual = names.flatMap((name): ReadonlyArray<readonly [string, Fidelity]> => {
    const of = found.lookups.filter(({ lookup }) => lookup === name).map(({ fidelity }) => fidelity)
    const count = (fidelity: Fidelity): number => of.filter((each) => each === fidelity).length
    const most = (['exact', 'superset', 'unsupported'] as const).reduce((a, b) =>
      count(b) > count(a) ? b : a,
    )
    return most === 'unsupported' ? [] : [[name, most]]
  })
  const said = new Map<string, Fidelity>(usual)
  const unfit = [
    ...new Set(
      found.lookups.flatMap(({ model, field, lookup, fidelity }) =>
        said.has(lookup) && fidelity !== said.get(lookup) && fidelity !== 'exact'
          ? [`${model}.${field}`]
          : [],
      ),
    ),
  ]
  const ordered = found.order.filter(({ exact }) => exact).map(({ model, field }) => `${model}.${field}`)
  const rows = Object.entries(costs.rows).map(([model, n]) => `${named(model)}: ${String(n)}`)
  const parts = [
    ...(usual.length === 0
      ? []
      : [`lookups: ${record(usual.map(([name, fidelity]) => `${name}: '${fidelity}'`))}`]),
    ...(unfit.length === 0 ? [] : [`fields: (model, field) => !${list(unfit)}`]),
    ...(found.connectives ? ['connectives: true'] : []),
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
  const beyond = further.filter((name) => found[name]).map((name) => `${name}: true`)
  const plain = `understands(${record(parts)}${parts.length === 0 ? '{}' : ''})`
  return beyond.length === 0 ? plain : over(`${plain}(question)`, beyond)
}

const over = (base: string, parts: ReadonlyArray<string>): string =>
  `(question) => (${record([`...${base}`, ...parts])})`
