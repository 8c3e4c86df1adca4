/** Functions of expressions: their kinds, and what may be missing. */
import { function as fn } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import {
  annotate,
  and,
  caseWhen,
  cast,
  coalesce,
  concat,
  filter,
  func,
  greatest,
  holds,
  least,
  not,
  now,
  nullIf,
  orderBy,
  test,
  value,
  values,
  type DateText,
  type DateTime,
  type Decimal,
  type TimeText,
} from 'queryset-ts'
import { music, type Row } from './models.js'

const { pipe } = fn
const { thing, track } = music

// Text
const texts = pipe(
  track,
  values((t) => ({
    length: t.name.length(),
    composerLength: t.composer.length(),
    upper: t.name.upper(),
    behind: t.album.title.lower(),
    left: t.name.left(t.genre.name.length()),
    replaced: t.composer.replace('a', t.name),
    padded: t.name.lpad(10, '.'),
    at: t.name.strindex('x'),
  })),
)
expectTypeOf<Row<typeof texts>>().toEqualTypeOf<{
  readonly length: number
  readonly composerLength: number | null
  readonly upper: string
  readonly behind: string | null
  readonly left: string
  readonly replaced: string | null
  readonly padded: string | null
  readonly at: number
}>()

// Numbers: the wider kind wins; what may have no answer may be missing
const numbers = pipe(
  track,
  values((t) => ({
    ints: t.milliseconds.plus(1),
    intAndDecimal: t.milliseconds.times(t.price),
    decimalAndText: t.price.plus('0.99'),
    decimalAndFloat: t.price.times(t.rating),
    abs: t.milliseconds.abs(),
    missing: t.rating.abs(),
    rounded: t.price.round(1),
    root: t.milliseconds.sqrt(),
    power: t.price.power(2),
    divided: t.milliseconds.dividedBy(1000),
  })),
)
expectTypeOf<Row<typeof numbers>>().toEqualTypeOf<{
  readonly ints: number | null
  readonly intAndDecimal: Decimal | null
  readonly decimalAndText: Decimal | null
  readonly decimalAndFloat: number | null
  readonly abs: number
  readonly missing: number | null
  readonly rounded: Decimal
  readonly root: number | null
  readonly power: Decimal | null
  readonly divided: number | null
}>()
pipe(
  track,
  // @ts-expect-error 'abc' is not a decimal
  values((t) => ({ x: t.price.plus('abc') })),
)
pipe(
  track,
  // @ts-expect-error text isn't computed with
  values((t) => ({ x: t.milliseconds.plus(t.name) })),
)
pipe(
  track,
  // @ts-expect-error ints are not written as text
  values((t) => ({ x: t.milliseconds.plus('1') })),
)
pipe(
  track,
  // @ts-expect-error text has no arithmetic
  values((t) => ({ x: t.name.plus(1) })),
)

// Dates and times
const temporal = pipe(
  thing,
  values((t) => ({
    year: t.date.year(),
    month: t.date.trunc('month'),
    hour: t.time.hour(),
    day: t.datetime.date(),
    clock: t.datetime.time(),
    minute: t.datetime.trunc('minute'),
    now: now(),
  })),
)
expectTypeOf<Row<typeof temporal>>().toEqualTypeOf<{
  readonly year: number
  readonly month: DateText
  readonly hour: number
  readonly day: DateText
  readonly clock: TimeText
  readonly minute: DateTime
  readonly now: DateTime
}>()
pipe(
  thing,
  // @ts-expect-error a date has no hours
  values((t) => ({ x: t.date.hour() })),
)
pipe(
  thing,
  // @ts-expect-error a date isn't cut down to hours
  values((t) => ({ x: t.date.trunc('hour') })),
)

// coalesce, greatest, least: missing only where all may be
const chosen = pipe(
  track,
  values((t) => ({
    a: coalesce(t.composer, 'nobody'),
    b: coalesce(t.composer, t.album.title),
    c: coalesce(t.composer, t.album.title, t.name),
    d: coalesce(t.composer, t.album.title, 'x'),
    e: greatest(t.milliseconds, t.rating),
    f: least(t.rating, t.rating),
    g: coalesce(t.name, t.composer),
    h: coalesce(t.price, '0'),
  })),
)
expectTypeOf<Row<typeof chosen>>().toEqualTypeOf<{
  readonly a: string
  readonly b: string | null
  readonly c: string
  readonly d: string
  readonly e: number
  readonly f: number | null
  readonly g: string
  readonly h: Decimal
}>()
pipe(
  track,
  // @ts-expect-error of one kind only
  values((t) => ({ x: coalesce(t.composer, t.milliseconds) })),
)
pipe(
  track,
  // @ts-expect-error of one kind only
  values((t) => ({ x: greatest(t.milliseconds, 'x') })),
)

// The others
const others = pipe(
  thing,
  values((t) => ({
    nullIf: nullIf(t.text, 'x'),
    concat: concat(t.text, ' ', t.maybeText),
    cast: cast(t.text, 'int'),
    test: test(t.int.gt(1)),
    text: value('x'),
    float: value(1.5),
    int: value(1, 'int'),
    boolean: value(true),
    sine: func('sin', 'float', t.float),
    size: caseWhen([[t.int.gt(10), value('big')]], value('small')),
    sizeOrNone: caseWhen([
      [t.int.gt(10), value('big')],
      [t.int.gt(5), t.maybeText],
    ]),
  })),
)
expectTypeOf<Row<typeof others>>().toEqualTypeOf<{
  readonly nullIf: string | null
  readonly concat: string
  readonly cast: number | null
  readonly test: boolean
  readonly text: string
  readonly float: number
  readonly int: number
  readonly boolean: boolean
  readonly sine: number | null
  readonly size: string
  readonly sizeOrNone: string | null
}>()
pipe(
  thing,
  // @ts-expect-error branches are of one kind
  values((t) => ({ x: caseWhen([[t.int.gt(1), value('x')]], t.int) })),
)
pipe(
  thing,
  // @ts-expect-error a branch begins with a predicate
  values((t) => ({ x: caseWhen([[t.boolean, t.text]]) })),
)
pipe(
  thing,
  // @ts-expect-error only booleans hold
  filter((t) => holds(t.text)),
)
pipe(
  thing,
  // @ts-expect-error a value isn't negated
  filter((t) => not(t.boolean)),
)
pipe(
  thing,
  filter((t) => and(holds(t.boolean), not(holds(t.boolean)))),
  orderBy((t) => [test(t.int.gt(1)).desc(), t.text.lower().asc(), value(1).asc()]),
  annotate((t) => ({ half: t.float.dividedBy(2) })),
  filter((t) => t.half.lt(1)),
)

// A branch after the first may be missing, and so may the result
const later = pipe(
  thing,
  values((t) => ({
    x: caseWhen(
      [
        [t.int.gt(10), value('big')],
        [t.int.gt(5), t.maybeText],
      ],
      value('x'),
    ),
  })),
)
expectTypeOf<Row<typeof later>['x']>().toEqualTypeOf<string | null>()
