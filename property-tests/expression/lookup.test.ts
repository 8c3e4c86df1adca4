/**
 * Law: what `printLookup` gives for a predicate that `parseLookup` made, `parseLookup` reads as that predicate.
 *
 * Planted fault: a printer that forgets what stands under a `not` (`isnull: false` printed as `isnull: true`).
 */
import { expect } from 'chai'
import { either as E, option as O } from 'fp-ts'
import fc from 'fast-check'
import { schemaOf } from '../../src/index.js'
import type { Predicate } from '../../src/expression/Expression.js'
import { functions } from '../../src/expression/functions.js'
import { parseLookup } from '../../src/expression/text/parseLookup.js'
import { printLookup } from '../../src/expression/text/printLookup.js'
import { follow, modelOf, modelScope, type Scope } from '../../src/expression/Scope.js'
import type { Json, Kind } from '../../src/value/Value.js'
import { models } from '../corpus/schema.js'
import { parameters, titled } from '../support/runs.js'

const schema = schemaOf(models)

interface Asked {
  readonly model: string
  readonly path: string
  readonly value: Json
}

const scalar: { readonly [K in Kind]: fc.Arbitrary<Json> } = {
  text: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.constantFrom('%', '__', 'isnull', '')),
  int: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 1.5)),
  float: fc.double({ noNaN: true, noDefaultInfinity: true }),
  decimal: fc.oneof(fc.integer(), fc.constantFrom('0.10', '-3', '12345678901234567890.5')),
  boolean: fc.boolean(),
  date: fc.constantFrom('2020-02-29', '1999-12-31'),
  time: fc.constantFrom('00:00:00', '23:59:59.999'),
  datetime: fc.constantFrom('2020-01-01T00:00:00.000Z', '2000-02-29T12:30:45.123Z'),
  duration: fc.constantFrom('1 02:30:00', '-1 23:59:59.500000'),
  uuid: fc.constantFrom('00000000-0000-4000-8000-000000000001'),
  json: fc.constant(null),
}

const transformNames = [
  'date',
  'year',
  'month',
  'week_day',
  'hour',
  'lower',
  'length',
  'trim',
  'abs',
  'floor',
]

const one = <A>(values: ReadonlyArray<A>): fc.Arbitrary<A> => fc.constantFrom(...values)

const scopeOf = (model: string): Scope =>
  E.getOrElse((): Scope => ({ schema, model: null, columns: new Map() }))(modelScope(schema, model))

/** A walk along relations that ends at a column, or at a relation itself. */
const endings = (
  scope: Scope,
  depth: number,
): fc.Arbitrary<{ readonly path: ReadonlyArray<string>; readonly kind: Kind; readonly many: boolean }> => {
  const model = modelOf(scope)
  const key = model?.columns.get(model.primaryKey)?.kind ?? 'int'
  const column = one([...scope.columns]).map(([name, { kind }]) => ({ path: [name], kind, many: false }))
  const pk = fc.constant({ path: ['pk'], kind: key, many: false })
  const relations = [...(model?.relations.values() ?? [])]
  if (depth === 0 || relations.length === 0) return fc.oneof(column, pk)
  const onwards = one(relations).chain((relation) => {
    const next = follow(scope, relation.name)
    const inside = E.isRight(next) ? endings(next.right.scope, depth - 1) : pk
    return fc.oneof(
      { weight: 3, arbitrary: inside.map((end) => ({ ...end, path: [relation.name, ...end.path] })) },
      {
        weight: 1,
        arbitrary: fc.constant({
          path: [relation.name],
          kind: scopeOf(relation.target).columns.get('id')?.kind ?? key,
          many: relation.many,
        }),
      },
    )
  })
  return fc.oneof(
    { weight: 1, arbitrary: column },
    { weight: 1, arbitrary: pk },
    { weight: 4, arbitrary: onwards },
  )
}

const transformed = (
  kind: Kind,
): fc.Arbitrary<{ readonly suffix: ReadonlyArray<string>; readonly kind: Kind }> => {
  const fitting = transformNames.flatMap((name) => {
    const type = functions.get(name)?.type([{ kind, nullable: true }])
    return type !== undefined && E.isRight(type) ? [{ suffix: [name], kind: type.right.kind }] : []
  })
  const none = fc.constant({ suffix: [] as ReadonlyArray<string>, kind })
  return fitting.length === 0 ? none : fc.oneof({ weight: 3, arbitrary: none }, one(fitting))
}

const compared = (
  kind: Kind,
): fc.Arbitrary<{ readonly suffix: ReadonlyArray<string>; readonly value: Json }> => {
  const value = scalar[kind]
  const text = scalar.text
  return fc.oneof(
    fc.record({ suffix: one([[], ['exact'], ['gt'], ['lte']]), value }),
    fc.record({ suffix: one([['exact'], ['iexact'], []]), value: fc.constant(null) }),
    fc.record({ suffix: fc.constant(['isnull']), value: fc.boolean() }),
    fc.record({ suffix: fc.constant(['in']), value: fc.array(fc.option(value), { maxLength: 3 }) }),
    fc.record({ suffix: fc.constant(['range']), value: fc.tuple(value, value) }),
    fc.record({ suffix: one([['icontains'], ['startswith'], ['iendswith'], ['iexact']]), value: text }),
    fc.record({ suffix: fc.constant(['regex']), value: fc.constantFrom('^a.*$', 'b') }),
  )
}

const asked: fc.Arbitrary<Asked> = one([...schema.models.keys()]).chain((model) =>
  endings(scopeOf(model), 3).chain((end) =>
    transformed(end.kind).chain((changed) =>
      compared(changed.kind).map(({ suffix, value }) => ({
        model,
        path: [...end.path, ...changed.suffix, ...suffix].join('__'),
        value,
      })),
    ),
  ),
)

type Print = (predicate: Predicate<never>) => O.Option<{ readonly path: string; readonly value: Json }>

const roundTrip = (print: Print) =>
  fc.property(asked, ({ model, path, value }) => {
    const scope = scopeOf(model)
    const parsed = parseLookup<never>(scope, path, value)
    if (E.isLeft(parsed)) expect.fail(`${path}: ${parsed.left.message}`)
    const printed = print(parsed.right)
    if (O.isNone(printed)) expect.fail(`${path} was not printed: ${JSON.stringify(parsed.right)}`)
    expect(parseLookup<never>(scope, printed.value.path, printed.value.value)).to.deep.equal(parsed)
  })

const forgetful: Print = (predicate) =>
  predicate._tag === 'not'
    ? forgetful(predicate.predicate)
    : predicate._tag === 'some' && predicate.predicate._tag === 'not'
      ? printLookup({ ...predicate, predicate: predicate.predicate.predicate })
      : printLookup(predicate)

describe('lookups as text', () => {
  it(titled('parse . print = id'), () => {
    fc.assert(roundTrip(printLookup), parameters())
  })

  it(titled('a printer that forgets a `not` is caught', 4), () => {
    expect(fc.check(roundTrip(forgetful), parameters(4)).failed).to.equal(true)
  })
})
