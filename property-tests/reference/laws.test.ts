/** The laws of the algebra, told of the rows that querysets give. */
import { expect } from 'chai'
import { either as E, function as fn, option as O } from 'fp-ts'
import fc from 'fast-check'
import {
  aggregate,
  and,
  annotate,
  contains,
  count,
  derive,
  difference,
  distinct,
  distinctOn,
  exclude,
  exists,
  filter,
  first,
  fold,
  get,
  inBulk,
  intersection,
  last,
  list,
  not,
  or,
  orderBy,
  reverse,
  slice,
  stream,
  toArray,
  union,
  values,
  xor,
  type Client,
  type Query,
} from '../../src/index.js'
import { kindOf, type Expr, type Group, type OrderKey, type Predicate } from '../../src/expression/Ref.js'
import { modelOf, namesOf } from '../../src/expression/Scope.js'
import { plan } from '../../src/plan/planRead.js'
import { evaluate } from '../../src/engine/evaluate.js'
import { denote } from '../../src/reference/denote.js'
import type { Json, Row } from '../../src/value/Value.js'
import { cases, type Case } from '../support/cases.js'
import { memoryOf, right, smallClient } from '../support/clients.js'
import { asBag, asText, expectRows, now } from '../support/compare.js'
import { compareKeys, compareValues } from '../../src/laws/case/compareValues.js'
import { anyExpression, predicate, type Q, type Refs } from '../support/expressions.js'
import { isKeyed, makingOf, scopeOf, varied } from '../support/querysets.js'
import { parameters, tally, titled, type Tally } from '../support/runs.js'
import { pick, tapeOf, times, type Tape } from '../../src/laws/make/Tape.js'

const rowsOf = ({ world }: Case, queryset: Q): ReadonlyArray<Row> => {
  const rows = E.chain(evaluate(world.schema, world.source, now))(fold(queryset))
  if (E.isLeft(rows)) throw new Error(JSON.stringify(rows.left))
  return rows.right
}

const isRight = ({ world }: Case, queryset: Q): boolean =>
  E.isRight(E.chain(evaluate(world.schema, world.source, now))(fold(queryset)))

/** The same numbers again and again, for saying the same thing twice. */
const again = (tape: Tape, n = 20): (() => Tape) => {
  const naturals = times(n, () => tape.next(0x10000))
  return () => tapeOf(naturals)
}

type Says<T> = (row: Refs) => T

/** A predicate about a queryset's rows, which can be said several times. */
const predicateFor = ({ world, more }: Case, queryset: Q): Says<Predicate> => {
  const tape = again(more)
  const scope = scopeOf(queryset)
  return (row) =>
    scope === null ? { _tag: 'and', all: [] } : predicate(makingOf(world, tape()), { scope, refs: row })
}

const expressionFor = ({ world, more }: Case, queryset: Q): Says<Expr> => {
  const tape = again(more)
  const scope = scopeOf(queryset)!
  return (row) => anyExpression(makingOf(world, tape()), { scope, refs: row })
}

/** A law of cases whose queryset has rows to give; what a case needs besides has been found to be right. */
const law = (
  title: string,
  check: (one: Case, queryset: Q, seen: Tally) => void | Promise<void>,
  options: { readonly share?: number; readonly steps?: number; readonly full?: number } = {},
): void => {
  const share = options.share ?? 0.5
  it(titled(title, share), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(cases(options.steps ?? 4), async (one) => {
        if (!isRight(one, one.queryset)) return
        seen.saw(rowsOf(one, one.queryset).length > 0 ? 'full' : 'empty')
        await check(one, one.queryset, seen)
      }),
      parameters(share),
    )
    expect(seen.share('full'), seen.toString()).to.be.greaterThan(options.full ?? 0.4)
  })
}

describe('laws', () => {
  describe('filters', () => {
    law('filter p ∪ exclude p = all, disjoint', (one, q) => {
      const p = predicateFor(one, q)
      if (!isRight(one, filter(p)(q))) return
      const kept = rowsOf(one, filter(p)(q))
      const left = rowsOf(one, exclude(p)(q))
      expect(asBag([...kept, ...left])).to.deep.equal(asBag(rowsOf(one, q)))
    })

    law('filter p ∘ filter q = filter (p ∧ q), and they commute', (one, q) => {
      const p = predicateFor(one, q)
      const r = predicateFor(one, q)
      const both = filter((row: Refs) => and(p(row), r(row)))(q)
      if (!isRight(one, both)) return
      const rows = rowsOf(one, both)
      expectRows(rowsOf(one, fn.pipe(q, filter(p), filter(r))), rows, ordered(one, q))
      expectRows(rowsOf(one, fn.pipe(q, filter(r), filter(p))), rows, ordered(one, q))
    })

    law('De Morgan, and xor', (one, q) => {
      const p = predicateFor(one, q)
      const r = predicateFor(one, q)
      const says = (make: (a: Predicate, b: Predicate) => Predicate) => (row: Refs) => make(p(row), r(row))
      const is = (a: Says<Predicate>, b: Says<Predicate>) => {
        expectRows(rowsOf(one, filter(a)(q)), rowsOf(one, filter(b)(q)), ordered(one, q))
      }
      if (!isRight(one, filter(says((a, b) => or(a, b)))(q))) return
      is(
        says((a, b) => not(or(a, b))),
        says((a, b) => and(not(a), not(b))),
      )
      is(
        says((a, b) => not(and(a, b))),
        says((a, b) => or(not(a), not(b))),
      )
      is(
        says((a, b) => xor(a, b)),
        says((a, b) => or(and(a, not(b)), and(not(a), b))),
      )
      is(
        says((a) => not(not(a))),
        says((a) => a),
      )
    })
  })

  describe('slices and order', () => {
    law('a slice is a slice of the list, and slices compose', (one, q) => {
      const { more } = one
      const [a, b, c, d] = [more.next(3), 1 + more.next(6), more.next(2), 1 + more.next(4)]
      const all = rowsOf(one, slice(0)(q))
      expect(asText(rowsOf(one, slice(a, a + b)(q)))).to.deep.equal(asText(all.slice(a, a + b)))
      expect(asText(rowsOf(one, slice(a)(q)))).to.deep.equal(asText(all.slice(a)))
      expect(asText(rowsOf(one, fn.pipe(q, slice(a, a + b), slice(c, c + d))))).to.deep.equal(
        asText(all.slice(a, a + b).slice(c, c + d)),
      )
      expect(rowsOf(one, slice(a, a)(q))).to.deep.equal([])
    })

    law('pages concatenate to the whole', (one, q) => {
      const size = 1 + one.more.next(3)
      const all = rowsOf(one, slice(0)(q))
      const pages = times(Math.ceil(all.length / size) + 1, (i) =>
        rowsOf(one, slice(i * size, (i + 1) * size)(q)),
      )
      expect(asText(pages.flat())).to.deep.equal(asText(all))
      expectRows(all, rowsOf(one, q), false)
    })

    law('reverse ∘ reverse = id, and reverse turns the list round', (one, q) => {
      const all = asText(rowsOf(one, slice(0)(q)))
      expect(asText(rowsOf(one, reverse(reverse(q))))).to.deep.equal(all)
      expect(asText(rowsOf(one, reverse(q)))).to.deep.equal([...all].reverse())
    })

    law(
      'rows are sorted by their keys, ties by the primary key or by all columns',
      (one, q, seen) => {
        const { more } = one
        const scope = scopeOf(q)!
        const said = times(1 + more.next(2), () => expressionFor(one, q))
        const directions = said.map(() => pick(more, ['asc', 'desc'] as const))
        const options = said.map(() => pick<object>(more, [{}, { nulls: 'first' }, { nulls: 'last' }]))
        const kinds: Array<Expr[typeof kindOf]> = []
        // Only what can be ordered by.
        const orderable = (row: Refs) =>
          said.map((each) => each(row)).every((each) => 'asc' in each && 'desc' in each)
        const fits = { yes: false }
        filter((row: Refs) => {
          fits.yes = orderable(row)
          return and()
        })(q)
        if (!fits.yes) return
        let keys: ReadonlyArray<OrderKey> = []
        const sorted = orderBy((row: Refs) => {
          keys = said.map((each, i) => {
            const ref = each(row)
            kinds[i] = ref[kindOf]
            const made = (ref as unknown as { readonly [name: string]: (o: object) => OrderKey })[
              directions[i]!
            ]!
            return made(options[i]!)
          })
          return keys
        })(q)
        const model = modelOf(scope)
        const pk = model?.columns.get(model.primaryKey)
        const shown = values((row: Refs) => ({
          ...Object.fromEntries(said.map((each, i) => [`k${String(i)}`, each(row)])),
          ...(pk === undefined ? {} : { pk: row[pk.name] as Expr }),
        }))(sorted)
        if (!isRight(one, shown)) return
        const rows = rowsOf(one, shown)
        const keyed = pk !== undefined && isKeyed(q)
        seen.and(...(rows.length > 1 ? ['several'] : []))
        rows.slice(1).forEach((row, i) => {
          const before = rows[i]!
          const orders = keys.map((key, k) => {
            const name = `k${String(k)}`
            return compareKeys(kinds[k]!, key, before[name] as Json, row[name] as Json)
          })
          const decisive = orders.find((order) => order !== 0) ?? 0
          expect(decisive, `${JSON.stringify(before)} before ${JSON.stringify(row)}`).to.be.at.most(0)
          if (decisive === 0 && keyed)
            expect(compareValues(pk.kind, before['pk']!, row['pk']!), 'ties by key').to.be.lessThan(0)
        })
        // Where there is no key, rows that are the same by all keys are in the order of all columns.
        if (scope.model === null && !isKeyed(q)) {
          const whole = rowsOf(one, orderBy((_: Refs) => [])(q))
          const columns = [...scope.columns]
          whole.slice(1).forEach((row, i) => {
            const order = columns
              .map(([name, { kind }]) =>
                compareKeys(kind, { direction: 'asc', nulls: 'last' }, whole[i]![name]!, row[name]!),
              )
              .find((each) => each !== 0)
            expect(order ?? 0).to.be.at.most(0)
          })
        }
      },
      { share: 1 },
    )
  })

  describe('sets', () => {
    law('distinct is idempotent, and gives each row once', (one, q) => {
      const once = rowsOf(one, distinct(q))
      expectRows(rowsOf(one, distinct(distinct(q))), once, ordered(one, distinct(q)))
      const scope = scopeOf(q)
      if (scope?.model === null) {
        expect(asBag(once)).to.deep.equal([...new Set(asBag(rowsOf(one, q)))])
      }
    })

    law('distinctOn keeps the first row for each value of its keys', (one, q) => {
      const said = expressionFor(one, q)
      const scope = scopeOf(q)!
      if (namesOf(scope).includes('key')) return
      const keyed = annotate((row: Refs) => ({ key: said(row) }) as never)(q) as unknown as Q
      if (!isRight(one, keyed)) return
      const all = rowsOf(one, slice(0)(keyed))
      const firsts = all.filter((row, i) => all.findIndex((each) => each['key'] === row['key']) === i)
      const rows = rowsOf(one, slice(0)(distinctOn((row: Refs) => [row['key'] as Expr])(keyed)))
      expect(asBag(rows)).to.deep.equal(asBag(firsts))
    })

    law('union and intersection are associative, commutative and idempotent up to order', (one, q) => {
      const [a, b, c] = variants(one, q, 3) as [Q, Q, Q]
      if (![a, b, c].every((each) => isRight(one, each))) return
      const bag = (each: Q) => asBag(rowsOf(one, each))
      const itself = (x: Q): Q => union<Refs, unknown, unknown>()(x)
      const joins: ReadonlyArray<(b: Q, a: Q) => Q> = [(b, a) => union(b)(a), (b, a) => intersection(b)(a)]
      joins.forEach((join) => {
        expect(bag(join(b, a)), 'commutative').to.deep.equal(bag(join(a, b)))
        expect(bag(join(join(c, b), a)), 'associative').to.deep.equal(bag(join(c, join(b, a))))
        expect(bag(join(a, a)), 'idempotent').to.deep.equal(bag(itself(a)))
      })
      expect(bag(union(b, c)(a)), 'of several').to.deep.equal(bag(union(c)(union(b)(a))))
      expect(bag(intersection(b, c)(a)), 'of several').to.deep.equal(bag(intersection(c)(intersection(b)(a))))
      const less = (x: Q, y: Q): Q => difference(y)(x)
      const together: Q = union(c)(b)
      expect(bag(less(a, a))).to.deep.equal([])
      expect([...bag(less(a, b)), ...bag(intersection(b)(a))].sort(), 'parts').to.deep.equal(bag(itself(a)))
      expect(bag(difference(b, c)(a))).to.deep.equal(bag(less(a, together)))
    })

    law('or = union, and = intersection, xor = or without and, for rows of a model', (one) => {
      const model = pick(one.more, [...one.world.schema.models.keys()] as [string, ...Array<string>])
      const base = one.world.models[model] as unknown as Q
      const [a, b] = variants(one, base, 2) as [Q, Q]
      if (![a, b].every((each) => isRight(one, each))) return
      const bag = (each: Q) => asBag(rowsOf(one, each))
      expect(bag(or(b)(a))).to.deep.equal(bag(union(b)(a)))
      expect(bag(and(b)(a))).to.deep.equal(bag(intersection(b)(a)))
      const [either, both]: readonly [Q, Q] = [or(b)(a), and(b)(a)]
      expect(bag(xor(b)(a))).to.deep.equal(bag(difference(both)(either)))
      expect(bag(xor(b)(a))).to.deep.equal(bag(xor(a)(b)))
    })
  })

  describe('terminals', () => {
    law('count = length ∘ list', async (one, q) => {
      const client = memoryOf(one.world)
      const rows = await right(toArray(client)(q))
      expect(await right(count(client)(q))).to.equal(rows.length)
      const paged = fn.pipe(q, slice(0, 2))
      expect(await right(list(client)(paged))).to.deep.equal({
        rows: await right(toArray(client)(paged)),
        total: rows.length,
      })
    })

    law('exists, first, last and get agree with toArray', async (one, q) => {
      const client = memoryOf(one.world)
      const all = await right(toArray(client)(slice(0)(q)))
      expect(await right(exists(client)(q))).to.equal(all.length > 0)
      expect(await right(first(client)(q))).to.deep.equal(all.length === 0 ? O.none : O.some(all[0]))
      expect(await right(last(client)(q))).to.deep.equal(all.length === 0 ? O.none : O.some(all.at(-1)))
      const one_ = await get(client)(q)()
      expect(E.isRight(one_) ? one_.right : one_.left._tag).to.deep.equal(
        all.length === 0 ? 'NotFound' : all.length === 1 ? all[0] : 'MultipleFound',
      )
    })

    law(
      'contains, inBulk and getPks agree with toArray',
      async (one, q) => {
        const { world, more } = one
        const scope = scopeOf(q)
        const model = scope === null ? null : modelOf(scope)
        if (model === null) return
        const client = memoryOf(world)
        const rows = (await right(toArray(client)(slice(0)(q)))) as ReadonlyArray<Row>
        const keyOf = (row: Row): Json => {
          const key = row[model.primaryKey]!
          // A key that is a relation may have the related row in its place.
          return typeof key === 'object' ? null : key
        }
        if (rows.some((row) => keyOf(row) === null)) return
        const all = (world.rows[model.name] ?? []).map(keyOf)
        const wanted = all.filter(() => more.next(2) === 0)
        const there = new Set(rows.map(keyOf))
        for (const key of all) expect(await right(contains(client, key)(q as never))).to.equal(there.has(key))
        const found = await right(inBulk(client, wanted)(q as never))
        expect(asText([...found.values()])).to.deep.equal(
          asText([...found.keys()].map((key) => rows.find((row) => keyOf(row) === key))),
        )
        expect([...found.keys()].sort()).to.deep.equal(wanted.filter((key) => there.has(key)).sort())
      },
      { share: 0.5 },
    )

    law('what a client derives = what it brings itself', async (one, q, seen) => {
      const { world, more } = one
      const query = fold(q)
      if (E.isLeft(query)) return
      const own = derive(memoryOf(world))
      const size = 1 + more.next(3)
      for (const total of [true, false]) {
        const small = derive(smallClient(world, size, { total }))
        expect(await right(small.count(query.right))).to.equal(await right(own.count(query.right)))
        const keys = await small.getPks(query.right)()
        const theirs = await own.getPks(query.right)()
        expect(keys._tag).to.equal(theirs._tag)
        if (E.isRight(keys) && E.isRight(theirs)) {
          seen.and('keys')
          expectRows(keys.right, theirs.right, ordered(one, q))
          expect(keys.right.length).to.equal(rowsOf(one, q).length)
        }
      }
    })

    law(
      'aggregates are folds of the listed rows',
      async (one, q, seen) => {
        const client = memoryOf(one.world)
        const said = expressionFor(one, q)
        const shown: { kind: Expr[typeof kindOf] } = { kind: 'int' }
        const listed = values((row: Refs) => {
          const v = said(row)
          shown.kind = v[kindOf]
          return { v }
        })(q) as unknown as Q
        if (!isRight(one, listed)) return
        const { kind } = shown
        const all = rowsOf(one, listed).map((row) => row['v'] as Json)
        const there = all.filter((each) => each !== null)
        const numeric = kind === 'int' || kind === 'decimal'
        type G = { readonly [name: string]: (...args: ReadonlyArray<unknown>) => Expr }
        const result = (await right(
          aggregate(client, (group: Group<Refs>) => {
            const g = group as unknown as G
            const value = (row: Refs) => row['v']
            return {
              n: g['count']!(),
              some: g['countOf']!(value),
              different: g['countOf']!(value, { distinct: true }),
              least: g['min']!(value),
              most: g['max']!(value),
              ...(numeric ? { sum: g['sum']!(value) } : {}),
            }
          })(listed),
        )) as unknown as { readonly [name: string]: Json }
        seen.and(kind)
        const extreme = (sign: number) =>
          there.length === 0 ? null : there.reduce((a, b) => (sign * compareValues(kind, b, a) > 0 ? b : a))
        expect(result['n']).to.equal(all.length)
        expect(result['some']).to.equal(there.length)
        expect(result['different']).to.equal(new Set(there).size)
        expect(result['least']).to.equal(extreme(-1))
        expect(result['most']).to.equal(extreme(1))
        if (kind === 'int' && there.length > 0) {
          const sum = Number(there.reduce((total, n) => total + BigInt(n as number), 0n))
          expect(result['sum']).to.equal(Number.isSafeInteger(sum) ? sum : null)
        }
        if (numeric && there.length === 0) expect(result['sum']).to.equal(null)
      },
      { share: 1 },
    )
  })

  describe('walks', () => {
    const walks = tally()

    law(
      'chunked = unchunked: by key and by offset',
      async (one, q) => {
        const { world, more } = one
        const meant = denote(world.schema, world.source, now)(q)
        if (E.isLeft(meant)) return
        const whole = await right(toArray(memoryOf(world))(q))
        const size = 1 + more.next(3)
        const asked: Array<Query> = []
        const small = smallClient(world, size, {
          total: more.next(2) === 0,
          asked: (query) => {
            asked.push(query)
          },
        })
        const planned = plan(small)(q)
        if (E.isLeft(planned)) throw new Error(JSON.stringify(planned.left))
        walks.saw(
          planned.right.walk.by,
          ...(asked.length > 1 && planned.right.walk.added.length > 0 ? ['added keys'] : []),
        )
        const rows = await right(toArray(small)(q))
        expectRows(rows, whole, meant.right.ordered, planned.right.walk.by)
        if (asked.length > 1) walks.saw(`several by ${planned.right.walk.by}`)
        if (planned.right.requests !== null)
          expect(asked.length, 'never more requests than planned').to.be.at.most(planned.right.requests + 1)
        expect(await gathered(memoryOf(world), q, size)).to.deep.equal(rows)
      },
      { share: 2, steps: 5 },
    )

    it('went by key and by offset, over several pages', () => {
      console.log(`      ${walks.toString()}`)
      // In a short run about 40 and 1.
      expect(walks.count('several by key')).to.be.greaterThan(0)
      expect(walks.count('several by offset')).to.be.greaterThan(0)
    })
  })
})

const gathered = async (client: Client, q: Q, size: number): Promise<ReadonlyArray<unknown>> => {
  const rows: Array<unknown> = []
  for await (const row of stream(client, { size })(q)) {
    if (E.isLeft(row)) throw new Error(JSON.stringify(row.left))
    rows.push(row.right)
  }
  return rows
}

const ordered = ({ world }: Case, q: Q): boolean =>
  E.getOrElse(() => ({ ordered: false, rows: [] as ReadonlyArray<Row> }))(
    denote(world.schema, world.source, now)(q),
  ).ordered

const variants = ({ world, more }: Case, q: Q, n: number): ReadonlyArray<Q> =>
  times(n, () => varied(world, tapeOf(times(20, () => more.next(0x10000))), q, 1 + more.next(2)))
