/** What each kind can be compared with, and by which lookups. */
import { function as fn } from 'fp-ts'
import { and, exclude, filter, not, or, xor, type DateText, type Decimal, type Uuid } from 'queryset-ts'
import { music } from './models.js'

const { pipe } = fn
const { thing, track } = music

declare const someDate: DateText
declare const someDecimal: Decimal
declare const someUuid: Uuid

// What compiles
pipe(
  thing,
  filter((t) =>
    and(
      t.text.eq('x'),
      t.text.icontains('x'),
      t.text.contains(t.maybeText),
      t.text.regex('^x'),
      t.text.range('a', 'b'),
      t.int.gt(1),
      t.int.range(1, t.stars),
      t.float.lte(0.5),
      t.decimal.eq('0.99'),
      t.decimal.eq(0.99),
      t.decimal.gt(someDecimal),
      t.decimal.in(['1', 2, someDecimal]),
      t.boolean.eq(true),
      t.date.eq('2021-06-15'),
      t.date.gt(someDate),
      t.date.in(['2021-06-15', someDate]),
      t.date.year().eq(2021),
      t.time.eq('12:00'),
      t.time.gte('12:00:00'),
      t.datetime.lt(new Date(0)),
      t.datetime.lt('2021-06-15T12:00:00Z'),
      t.datetime.date().eq('2021-06-15'),
      t.uuid.eq(someUuid),
      t.uuid.eq('00000000-0000-0000-0000-000000000000'),
      t.status.eq('draft'),
      t.status.in(['draft', 'live']),
      t.status.contains('raf'),
      t.stars.gte(2),
      t.tags.eq(['a', 'b']),
      t.json.eq({ a: [1] }),
      t.maybeText.isNull(),
      t.maybeText.eq(null),
      t.maybeText.eq('x'),
      t.maybeDecimal.eq(null),
    ),
  ),
)

// Numbers of all kinds compare with each other; so do nullable and other columns of one kind
pipe(
  thing,
  filter((t) =>
    and(t.int.gt(t.float), t.decimal.lte(t.int), t.float.eq(t.decimal), t.int.eq(t.maybeDecimal)),
  ),
)
pipe(
  thing,
  filter((t) => or(t.text.eq(t.maybeText), not(t.text.eq(t.status)), xor(t.boolean.eq(false)))),
)

// Combined predicates are predicates
pipe(
  thing,
  exclude((t) => not(or(and(), or(), xor(t.int.eq(1), t.int.eq(2))))),
)

// What must not
pipe(
  thing,
  // @ts-expect-error unknown field
  filter((t) => t.title.eq('x')),
)
pipe(
  thing,
  // @ts-expect-error text is not a number
  filter((t) => t.text.eq(1)),
)
pipe(
  thing,
  // @ts-expect-error a number is not a text
  filter((t) => t.int.gt('1')),
)
pipe(
  thing,
  // @ts-expect-error numbers have no text lookups
  filter((t) => t.int.icontains('1')),
)
pipe(
  thing,
  // @ts-expect-error text isn't compared with an int
  filter((t) => t.text.eq(t.int)),
)
pipe(
  thing,
  // @ts-expect-error a date isn't compared with a datetime
  filter((t) => t.date.lt(t.datetime)),
)
pipe(
  thing,
  // @ts-expect-error a uuid isn't compared with text
  filter((t) => t.uuid.eq(t.text)),
)
pipe(
  thing,
  // @ts-expect-error 'abc' is not a decimal
  filter((t) => t.decimal.eq('abc')),
)
pipe(
  thing,
  // @ts-expect-error 'x' is not a date
  filter((t) => t.date.eq('x')),
)
pipe(
  thing,
  // @ts-expect-error a Date is an instant, and no date
  filter((t) => t.date.eq(new Date(0))),
)
pipe(
  thing,
  // @ts-expect-error a number is not a datetime
  filter((t) => t.datetime.gt(0)),
)
pipe(
  thing,
  // @ts-expect-error 'noon' is not a time
  filter((t) => t.time.eq('noon')),
)
pipe(
  thing,
  // @ts-expect-error not one of the choices
  filter((t) => t.status.eq('gone')),
)
pipe(
  thing,
  // @ts-expect-error not one of the choices
  filter((t) => t.status.in(['draft', 'gone'])),
)
pipe(
  thing,
  // @ts-expect-error not one of the choices
  filter((t) => t.stars.eq(4)),
)
pipe(
  thing,
  // @ts-expect-error a codec's values are written as its type, not as what is stored
  filter((t) => t.tags.eq('a,b')),
)
pipe(
  thing,
  // @ts-expect-error a column that is never missing isn't compared with null
  filter((t) => t.text.eq(null)),
)
pipe(
  thing,
  // @ts-expect-error missing values have no size
  filter((t) => t.maybeDecimal.gt(null)),
)
pipe(
  thing,
  // @ts-expect-error missing values are never among others
  filter((t) => t.maybeText.in(['x', null])),
)
pipe(
  thing,
  // @ts-expect-error true has no lookups of text
  filter((t) => t.boolean.contains('t')),
)
pipe(
  thing,
  // @ts-expect-error json has no order
  filter((t) => t.json.gt(1)),
)
pipe(
  thing,
  // @ts-expect-error a boolean column is not a predicate: holds(t.boolean) is
  filter((t) => t.boolean),
)
pipe(
  thing,
  // @ts-expect-error a callback returns a predicate
  filter(() => true),
)
pipe(
  track,
  // @ts-expect-error a list of times isn't a list of dates
  filter((t) => t.added.in(['12:00'])),
)
