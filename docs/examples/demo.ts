/**
 * A walk through querysets over a music shop in JSON files: `npm run demo`.
 *
 * Each query is shown as code, as the plan that the client will be asked by, and with its rows.
 */
import { fileURLToPath, pathToFileURL } from 'node:url'
import { styleText } from 'node:util'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import { format } from 'prettier'
import {
  aggregate,
  and,
  annotate,
  caseWhen,
  coalesce,
  concat,
  count,
  dates,
  difference,
  distinctOn,
  exclude,
  exists,
  explain,
  filter,
  groupBy,
  lookup,
  not,
  only,
  orderBy,
  prefetchRelated,
  print,
  selectRelated,
  slice,
  subquery,
  test,
  toArray,
  union,
  value,
  values,
  valuesList,
  type AnyQueryset,
  type Client,
  type Predicate,
  type QueryError,
  type Queryset,
} from 'queryset-ts'
import { json } from 'queryset-ts/json'
import { music } from './chinook/schema.js'
import { table, wrap } from './table.js'

const { pipe } = fn

interface Example {
  readonly title: string
  readonly says: string
  readonly queryset: AnyQueryset
  readonly rows: (client: Client) => TE.TaskEither<QueryError, ReadonlyArray<unknown>>
}

/** An example whose rows are those of its queryset, unless it says how it is run. */
const example = <R, A, M>(
  title: string,
  says: string,
  queryset: Queryset<R, A, M>,
  rows: Example['rows'] = (client) => toArray(client)(queryset),
): Example => ({ title, says, queryset, rows })

// What comes from a form or a URL is text; what it may say is found out here.
const asked = (path: string, sought: string): E.Either<QueryError, Predicate> =>
  pipe(music.track, lookup(path, sought))

const withAsked = (predicate: E.Either<QueryError, Predicate>) =>
  pipe(
    music.track,
    // A mistake is answered with no rows here, and told below.
    filter(() => E.getOrElse((): Predicate => ({ _tag: 'or', any: [] }))(predicate)),
    values((t) => ({ track: t.name, artist: t.album.artist.name })),
    orderBy((t) => [t.track.asc()]),
  )

const mistake = E.match(
  (error: QueryError) =>
    `${error.message}.${error._tag === 'InvalidField' && error.nearest !== null ? ` Did you mean '${error.nearest}'?` : ''}`,
  () => '',
)(asked('album__artist__nmae__icontains', 'jobim'))

const customers = pipe(
  music.customer,
  values((c) => ({ city: c.city, country: c.country })),
)

const staff = pipe(
  music.employee,
  values((e) => ({ city: e.city, country: e.country })),
)

const longest = pipe(
  music.track,
  orderBy((t) => [t.milliseconds.desc()]),
  slice(0, 250),
  exclude((t) => t.media_type.name.contains('video')),
)

export const examples: ReadonlyArray<Example> = [
  example(
    'Across relations, and what is missing',
    "Lookups follow relations. 'exclude' is the complement of 'filter', so tracks without a composer stay.",
    pipe(
      music.track,
      filter((t) => t.album.artist.name.eq('Iron Maiden')),
      exclude((t) => t.composer.contains('Harris')),
      values((t) => ({ track: t.name, composer: t.composer, album: t.album.title })),
    ),
  ),
  example(
    'One and the same child',
    "Conditions in one 'some' are about one related row; in two of them, about two.",
    pipe(
      music.customer,
      filter((c) => c.invoices.some((i) => i.total.gt('15'))),
      filter((c) => c.invoices.some((i) => i.invoice_date.year().eq(2022))),
      values((c) => ({
        customer: concat(c.first_name, ' ', c.last_name),
        country: c.country,
        largeIn2022: test(c.invoices.some((i) => and(i.total.gt('15'), i.invoice_date.year().eq(2022)))),
      })),
      orderBy((c) => [c.largeIn2022.desc(), c.customer.asc()]),
    ),
  ),
  example(
    'Two aggregates that do not multiply',
    'In SQL, joining both relations would count each sale once for every playlist.',
    pipe(
      music.track,
      annotate((t) => ({
        inPlaylists: t.playlists.count(),
        sold: t.lines.sum((l) => l.quantity, { default: 0 }),
      })),
      filter((t) => t.sold.gt(1)),
      orderBy((t) => [t.inPlaylists.desc(), t.sold.desc()]),
      values((t) => ({ track: t.name, genre: t.genre.name, inPlaylists: t.inPlaylists, sold: t.sold })),
    ),
  ),
  example(
    'Groups, and a filter on them',
    "A 'filter' after 'groupBy' is about the groups: what SQL calls HAVING.",
    pipe(
      music.track,
      groupBy(
        (t) => ({ genre: t.genre.name }),
        (g) => ({
          tracks: g.count(),
          composers: g.countOf((t) => t.composer, { distinct: true }),
          minutes: g.avg((t) => t.milliseconds),
        }),
      ),
      filter((g) => g.tracks.gte(50)),
      values((g) => ({
        genre: g.genre,
        tracks: g.tracks,
        composers: g.composers,
        minutes: g.minutes.dividedBy(60_000).round(2),
      })),
      orderBy((g) => [g.tracks.desc()]),
    ),
  ),
  example(
    'The best customer of each country',
    'Exact decimals, computed from the lines of all invoices; then the first of each country, by revenue.',
    pipe(
      music.invoice_line,
      groupBy(
        (l) => ({
          country: l.invoice.customer.country,
          customer: concat(l.invoice.customer.first_name, ' ', l.invoice.customer.last_name),
        }),
        (g) => ({ revenue: g.sum((l) => l.unit_price.times(l.quantity)), tracks: g.count() }),
      ),
      orderBy((c) => [c.revenue.desc()]),
      distinctOn((c) => [c.country]),
    ),
  ),
  example(
    'The latest invoice of each customer',
    "'distinctOn' keeps the first row of each, in the order given.",
    pipe(
      music.invoice,
      orderBy((i) => [i.invoice_date.desc()]),
      distinctOn((i) => [i.customer]),
      values((i) => ({
        customer: concat(i.customer.first_name, ' ', i.customer.last_name),
        at: i.invoice_date,
        total: i.total,
      })),
    ),
  ),
  example(
    'Related rows besides, so many for each',
    'A slice in a prefetch is a slice for each row.',
    pipe(
      music.artist,
      filter((a) => a.albums.count().gte(8)),
      only('name'),
      prefetchRelated(
        (a) => a.albums,
        fn.flow(
          orderBy((al) => [al.title.asc()]),
          slice(0, 3),
          valuesList((al) => al.title),
        ),
      ),
    ),
  ),
  example(
    'Related rows in place of keys',
    'And those on the way to them: the types know what stands where, and what may be null.',
    pipe(
      music.track,
      filter((t) => t.name.icontains('love')),
      only('name', 'album'),
      selectRelated((t) => t.album.artist),
    ),
  ),
  example(
    'Sets',
    'Rows of different models with the same columns: Canadian cities of ours, but for those of the IT staff.',
    pipe(
      staff,
      union(
        pipe(
          customers,
          filter((c) => c.country.eq('Canada')),
        ),
      ),
      difference(
        pipe(
          music.employee,
          filter((e) => e.title.startswith('IT')),
          values((e) => ({ city: e.city, country: e.country })),
        ),
      ),
      orderBy((c) => [c.city.asc()]),
    ),
  ),
  example(
    'What never sold',
    "A subquery may speak of the row around it: 'exists' and its complement.",
    pipe(
      music.track,
      filter((t) =>
        not(
          exists(
            pipe(
              music.invoice_line,
              filter((l) => l.track.eq(t.id)),
            ),
          ),
        ),
      ),
      groupBy(
        (t) => ({ genre: t.genre.name }),
        (g) => ({ neverSold: g.count(), price: g.sum((t) => t.unit_price) }),
      ),
      orderBy((g) => [g.neverSold.desc()]),
    ),
  ),
  example(
    'One value out of a subquery',
    'The longest track of each of the artists with the most albums.',
    pipe(
      music.artist,
      annotate((a) => ({ albumCount: a.albums.count() })),
      orderBy((a) => [a.albumCount.desc()]),
      slice(0, 6),
      values((a) => ({
        artist: a.name,
        albums: a.albumCount,
        longest: subquery(
          'text',
          pipe(
            music.track,
            filter((t) => t.album.artist.eq(a.id)),
            orderBy((t) => [t.milliseconds.desc()]),
            slice(0, 1),
            valuesList((t) => t.name),
          ),
        ),
      })),
    ),
  ),
  example(
    'Dates',
    'The quarters in which somebody bought something, latest first.',
    pipe(
      music.invoice,
      filter((i) => i.total.gt('13')),
      dates((i) => i.invoice_date, 'quarter', 'desc'),
    ),
  ),
  example(
    'After a slice',
    'Every combinator may follow every other: of the 250 longest recordings those that are no videos, and of these some.',
    pipe(
      longest,
      slice(0, 5),
      values((t) => ({
        track: t.name,
        minutes: t.milliseconds.dividedBy(60_000),
        medium: t.media_type.name,
      })),
    ),
  ),
  example(
    'Cases, and what stands in for missing values',
    'Expressions nest, are typed, and are ordered by like any column.',
    pipe(
      music.track,
      filter((t) => t.album.title.startswith('Greatest')),
      values((t) => ({
        track: t.name,
        by: coalesce(t.composer, t.album.artist.name, 'unknown'),
        length: caseWhen(
          [
            [t.milliseconds.lt(180_000), value('short')],
            [t.milliseconds.lt(300_000), value('as usual')],
          ],
          value('long'),
        ),
      })),
      orderBy((t) => [t.length.desc(), t.track.asc()]),
    ),
  ),
  example(
    'Lookups that come as text',
    `As Django spells them: 'album__artist__name__icontains'. With a slip in it: ${mistake}`,
    withAsked(asked('album__artist__name__icontains', 'jobim')),
  ),
  example(
    'All rows at once',
    "What 'aggregate' asks: one group of all rows.",
    pipe(
      music.invoice,
      groupBy(
        (_) => ({}),
        (g) => ({
          invoices: g.count(),
          revenue: g.sum((i) => i.total),
          mean: g.avg((i) => i.total),
          first: g.min((i) => i.invoice_date),
          last: g.max((i) => i.invoice_date),
        }),
      ),
    ),
    (client) =>
      pipe(
        music.invoice,
        aggregate(client, (g) => ({
          invoices: g.count(),
          revenue: g.sum((i) => i.total),
          mean: g.avg((i) => i.total),
          first: g.min((i) => i.invoice_date),
          last: g.max((i) => i.invoice_date),
        })),
        TE.map((row) => [row]),
      ),
  ),
]

/** Where to write, how wide it is, and whether it shows colours. */
export interface Output {
  readonly write: (text: string) => void
  readonly width: number
  readonly colours: boolean
}

/** How many rows of an answer are shown. */
const shown = 10

/** Shows all examples, and says how many of them failed. */
export const main = async ({ write, width, colours }: Output): Promise<number> => {
  const dressed = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    // Whether there are colours has been decided by then.
    colours && text !== '' ? styleText(format, text, { validateStream: false }) : text
  const [bold, dim, title, code, bad] = [
    dressed('bold'),
    dressed('dim'),
    dressed(['bold', 'yellow']),
    dressed('cyan'),
    dressed('red'),
  ]
  const say = (lines: ReadonlyArray<string>, dress: (text: string) => string, hang = 0) => {
    lines
      .flatMap((line) => wrap(line, width - 2, hang))
      .forEach((line) => {
        write(`${`  ${dress(line)}`.trimEnd()}\n`)
      })
  }
  const failed = ({ message, hint }: QueryError) => {
    say([message, hint], bad)
    return 1
  }
  const show = async (client: Client, { title: name, says, queryset, rows }: Example, number: number) => {
    write(`${title(`${String(number)}. ${name}`)}\n`)
    say([says], (text) => text)
    write('\n')
    say(await pretty(print(queryset, 'music.'), width - 2), code)
    write('\n')
    const plan = explain(client)(queryset)
    if (E.isLeft(plan)) return failed(plan.left)
    say(plan.right.text.split('\n'), dim, 4)
    write('\n')
    const start = performance.now()
    const answer = await rows(client)()
    const took = performance.now() - start
    if (E.isLeft(answer)) return failed(answer.left)
    const more = answer.right.length - shown
    table(answer.right.slice(0, shown), width - 2, { bold, dim }).forEach((line) => {
      write(`  ${line}\n`)
    })
    write(
      `  ${dim(`${answer.right.length === 0 ? 'no rows; ' : ''}${more > 0 ? `… ${String(more)} more; ` : ''}${took.toFixed(0)} ms`)}\n\n`,
    )
    return 0
  }

  const start = performance.now()
  const client = json(music, fileURLToPath(new URL('chinook', import.meta.url)))
  const tracks = await count(client)(music.track)()
  if (E.isLeft(tracks)) return failed(tracks.left)
  write(`${bold('queryset-ts')}: a music shop of ${String(tracks.right)} tracks, in JSON files\n\n`)
  const outcomes: Array<number> = []
  for (const [i, each] of examples.entries()) outcomes.push(await show(client, each, i + 1))
  const failures = outcomes.reduce((sum, each) => sum + each, 0)
  write(
    `${String(examples.length - failures)} of ${String(examples.length)} queries answered, in ${((performance.now() - start) / 1000).toFixed(1)} s\n`,
  )
  return failures
}

/** Code as it would be written at this width. */
const pretty = async (text: string, width: number): Promise<ReadonlyArray<string>> => {
  const formatted = await format(text, { parser: 'babel', semi: false, singleQuote: true, printWidth: width })
  return formatted.trimEnd().split('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { stdout } = process
  const failures = await main({
    write: (text) => stdout.write(text),
    width: stdout.isTTY ? Math.min(Math.max(stdout.columns, 80), 120) : 100,
    // It heeds NO_COLOR and FORCE_COLOR.
    colours: stdout.isTTY && stdout.hasColors(),
  })
  process.exitCode = failures === 0 ? 0 : 1
}
