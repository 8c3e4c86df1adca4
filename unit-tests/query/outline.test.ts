/**
 * The outline of a queryset, by which plans are used again: two querysets have the same key only if they differ in nothing
 * but the values of slots.
 *
 * Planted and caught: a key without the names of columns, one without the direction of an order, one without the relation
 * of an aggregate, and one that takes all constants for slots.
 */
import { expect } from 'chai'
import {
  annotate,
  autoId,
  belongsTo,
  distinct,
  distinctOn,
  exclude,
  field,
  filter,
  groupBy,
  only,
  orderBy,
  pipe,
  reverse,
  schema,
  selectRelated,
  slice,
  value,
  values,
  valuesList,
} from 'queryset-ts'
import { outlineOf } from '../../src/query/outline.js'
import type { AnyQueryset } from '../../src/queryset/Queryset.js'

const { artist, album } = schema({
  artist: { id: autoId, name: field.text(), born: field.nullable(field.int()) },
  album: {
    id: autoId,
    title: field.text(),
    year: field.int(),
    artist: belongsTo('artist', { relatedName: 'albums' }),
    producer: belongsTo('artist', { relatedName: 'produced' }),
  },
})

/** Querysets that differ in one respect each. */
const different: { readonly [title: string]: AnyQueryset } = {
  'all rows': album,
  'another model': artist,
  'a text as the name of another column': pipe(
    album,
    filter((a) => a.title.eq('x')),
  ),
  'another column': pipe(
    album,
    filter((a) => a.year.eq(1)),
  ),
  'another lookup': pipe(
    album,
    filter((a) => a.year.gt(1)),
  ),
  negated: pipe(
    album,
    exclude((a) => a.year.gt(1)),
  ),
  'a lookup whose constant is no slot': pipe(
    album,
    filter((a) => a.title.contains('x')),
  ),
  'another constant that is no slot': pipe(
    album,
    filter((a) => a.title.contains('y')),
  ),
  'a missing value': pipe(
    album,
    filter((a) => a.artist.born.isNull()),
  ),
  'a column of a related row': pipe(
    album,
    filter((a) => a.artist.name.eq('x')),
  ),
  'a column of another related row': pipe(
    album,
    filter((a) => a.producer.name.eq('x')),
  ),
  'an order': pipe(
    album,
    orderBy((a) => [a.year.asc()]),
  ),
  'the other direction': pipe(
    album,
    orderBy((a) => [a.year.desc()]),
  ),
  'an order with missing values first': pipe(
    artist,
    orderBy((a) => [a.born.asc({ nulls: 'first' })]),
  ),
  'an order with missing values last': pipe(
    artist,
    orderBy((a) => [a.born.asc({ nulls: 'last' })]),
  ),
  'missing values last in the other direction': pipe(
    artist,
    orderBy((a) => [a.born.desc({ nulls: 'last' })]),
  ),
  'reversed order': pipe(
    album,
    orderBy((a) => [a.year.asc()]),
    reverse,
  ),
  'a slice': pipe(album, slice(0, 2)),
  'another slice': pipe(album, slice(0, 3)),
  'another start': pipe(album, slice(1, 3)),
  distinct: pipe(album, distinct),
  'distinct by a column': pipe(
    album,
    distinctOn((a) => [a.year]),
  ),
  'distinct by another': pipe(
    album,
    distinctOn((a) => [a.title]),
  ),
  values: pipe(
    album,
    values((a) => ({ a: a.year })),
  ),
  'another name': pipe(
    album,
    values((a) => ({ b: a.year })),
  ),
  'a value of another column': pipe(
    album,
    values((a) => ({ a: a.title })),
  ),
  'two values': pipe(
    album,
    values((a) => ({ a: a.year, b: a.year })),
  ),
  tuples: pipe(
    album,
    valuesList((a) => [a.year, a.year]),
  ),
  'a constant': pipe(
    album,
    values(() => ({ a: value(1, 'int') })),
  ),
  'another constant': pipe(
    album,
    values(() => ({ a: value(2, 'int') })),
  ),
  'a constant of another kind': pipe(
    album,
    values(() => ({ a: value(1, 'float') })),
  ),
  annotated: pipe(
    album,
    annotate((a) => ({ b: a.year })),
  ),
  'a function': pipe(
    album,
    annotate((a) => ({ b: a.year.plus(1) })),
  ),
  'another function': pipe(
    album,
    annotate((a) => ({ b: a.year.minus(1) })),
  ),
  'another operand': pipe(
    album,
    annotate((a) => ({ b: a.year.plus(2) })),
  ),
  related: pipe(
    album,
    selectRelated((a) => a.artist),
  ),
  'another relation': pipe(
    album,
    selectRelated((a) => a.producer),
  ),
  'some fields': pipe(album, only('year')),
  'other fields': pipe(album, only('title')),
  'some of a relation': pipe(
    artist,
    filter((a) => a.albums.some((b) => b.year.eq(1))),
  ),
  'some of another relation': pipe(
    artist,
    filter((a) => a.produced.some((b) => b.year.eq(1))),
  ),
  'a count of a relation': pipe(
    artist,
    annotate((a) => ({ n: a.albums.count() })),
  ),
  'a count of another relation': pipe(
    artist,
    annotate((a) => ({ n: a.produced.count() })),
  ),
  'a sum': pipe(
    artist,
    annotate((a) => ({ n: a.albums.sum((b) => b.year) })),
  ),
  'a sum of different values': pipe(
    artist,
    annotate((a) => ({ n: a.albums.sum((b) => b.year, { distinct: true }) })),
  ),
  'a sum of some': pipe(
    artist,
    annotate((a) => ({ n: a.albums.sum((b) => b.year, { filter: (b) => b.year.gt(1) }) })),
  ),
  'a sum of others': pipe(
    artist,
    annotate((a) => ({ n: a.albums.sum((b) => b.year, { filter: (b) => b.year.gt(2) }) })),
  ),
  'a sum with a default': pipe(
    artist,
    annotate((a) => ({ n: a.albums.sum((b) => b.year, { default: 0 }) })),
  ),
  groups: pipe(
    album,
    groupBy(
      (a) => ({ k: a.year }),
      (g) => ({ n: g.count() }),
    ),
  ),
  'groups by another column': pipe(
    album,
    groupBy(
      (a) => ({ k: a.title }),
      (g) => ({ n: g.count() }),
    ),
  ),
  'groups with another name': pipe(
    album,
    groupBy(
      (a) => ({ l: a.year }),
      (g) => ({ n: g.count() }),
    ),
  ),
  'groups with another aggregate': pipe(
    album,
    groupBy(
      (a) => ({ k: a.year }),
      (g) => ({ n: g.max((a) => a.year) }),
    ),
  ),
}

const keyOf = (queryset: AnyQueryset): string => outlineOf(queryset)?.key ?? expect.fail('it has no outline')

describe('outlineOf', () => {
  it('gives querysets that differ in more than slots different keys', () => {
    const titles = new Map<string, string>()
    const alike = Object.entries(different).flatMap(([title, queryset]) => {
      const key = keyOf(queryset)
      const other = titles.get(key)
      titles.set(key, title)
      return other === undefined ? [] : [`${other} = ${title}`]
    })
    expect(alike).to.deep.equal([])
  })

  it('gives querysets that differ in slots the same key, and their values', () => {
    const by = (title: string, year: number) =>
      pipe(
        album,
        filter((a) => a.title.eq(title)),
        filter((a) => a.year.lte(year)),
      )
    const [first, second] = [outlineOf(by('x', 1)), outlineOf(by('y', 2))]
    expect(first?.key).to.equal(second?.key)
    expect(second?.slots.map((slot) => slot.value)).to.have.members(['y', 2])
  })

  it('takes no value for a slot that a rule or a check may treat differently', () => {
    const odd = ['', '\0', '\ud800']
    const keys = [...odd, 'x'].map((text) =>
      keyOf(
        pipe(
          album,
          filter((a) => a.title.eq(text)),
        ),
      ),
    )
    expect(new Set(keys).size).to.equal(keys.length)
  })
})
