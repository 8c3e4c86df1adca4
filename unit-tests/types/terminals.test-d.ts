/** What running a queryset gives. */
import { function as fn, type either as E, type option as O, taskEither as TE } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import {
  aggregate,
  annotate,
  contains,
  count,
  distinct,
  earliest,
  exists,
  first,
  get,
  groupBy,
  inBulk,
  last,
  latest,
  list,
  only,
  stream,
  toArray,
  values,
  valuesList,
  type Client,
  type Decimal,
  type Predicate,
  type ReadError,
  type Uuid,
} from 'queryset-ts'
import { music, type Row } from './models.js'

const { pipe } = fn
declare const client: Client
declare const someUuid: Uuid
const { genre, label, country, track, profile } = music
type Genre = Row<typeof genre>

expectTypeOf(pipe(genre, toArray(client))).toEqualTypeOf<TE.TaskEither<ReadError, ReadonlyArray<Genre>>>()
expectTypeOf(pipe(genre, first(client))).toEqualTypeOf<TE.TaskEither<ReadError, O.Option<Genre>>>()
expectTypeOf(pipe(genre, last(client))).toEqualTypeOf<TE.TaskEither<ReadError, O.Option<Genre>>>()
expectTypeOf(pipe(genre, get(client))).toEqualTypeOf<TE.TaskEither<ReadError, Genre>>()
expectTypeOf(
  pipe(
    genre,
    get(client, (g) => g.name.eq('Rock')),
  ),
).toEqualTypeOf<TE.TaskEither<ReadError, Genre>>()
expectTypeOf(
  pipe(
    track,
    latest(client, (t) => [t.added.asc()]),
  ),
).toEqualTypeOf<TE.TaskEither<ReadError, Row<typeof track>>>()
expectTypeOf(pipe(genre, count(client))).toEqualTypeOf<TE.TaskEither<ReadError, number>>()
expectTypeOf(pipe(genre, list(client))).toEqualTypeOf<
  TE.TaskEither<ReadError, { readonly rows: ReadonlyArray<Genre>; readonly total: number }>
>()
expectTypeOf(pipe(genre, stream(client))).toEqualTypeOf<AsyncIterable<E.Either<ReadError, Genre>>>()
expectTypeOf(pipe(genre, stream(client, { size: 10 }))).toEqualTypeOf<
  AsyncIterable<E.Either<ReadError, Genre>>
>()

// After a projection, its rows
expectTypeOf(
  pipe(
    track,
    valuesList((t) => t.price),
    first(client),
  ),
).toEqualTypeOf<TE.TaskEither<ReadError, O.Option<Decimal>>>()
expectTypeOf(
  pipe(
    track,
    groupBy(
      (t) => ({ genre: t.genre.name }),
      (g) => ({ n: g.count() }),
    ),
    toArray(client),
  ),
).toEqualTypeOf<TE.TaskEither<ReadError, ReadonlyArray<{ readonly genre: string; readonly n: number }>>>()

// exists is a terminal of a client, and a predicate of a queryset
expectTypeOf(pipe(genre, exists(client))).toEqualTypeOf<TE.TaskEither<ReadError, boolean>>()
expectTypeOf(exists(genre)).toEqualTypeOf<Predicate>()

// aggregate
expectTypeOf(
  pipe(
    track,
    aggregate(client, (g) => ({
      n: g.count(),
      total: g.sum((t) => t.price),
      longest: g.max((t) => t.milliseconds, { default: 0 }),
    })),
  ),
).toEqualTypeOf<
  TE.TaskEither<ReadError, { readonly n: number; readonly total: Decimal | null; readonly longest: number }>
>()

// inBulk and contains take keys of the model's own type
expectTypeOf(pipe(genre, inBulk(client, [1, 2]))).toEqualTypeOf<
  TE.TaskEither<ReadError, ReadonlyMap<number, Genre>>
>()
expectTypeOf(pipe(country, inBulk(client, ['DE']))).toEqualTypeOf<
  TE.TaskEither<ReadError, ReadonlyMap<string, Row<typeof country>>>
>()
expectTypeOf(pipe(label, inBulk(client, [someUuid]))).toEqualTypeOf<
  TE.TaskEither<ReadError, ReadonlyMap<Uuid, Row<typeof label>>>
>()
expectTypeOf(pipe(profile, inBulk(client, [1]))).toEqualTypeOf<
  TE.TaskEither<ReadError, ReadonlyMap<number, Row<typeof profile>>>
>()
expectTypeOf(
  pipe(
    genre,
    annotate((g) => ({ n: g.tracks.count() })),
    only('name'),
    inBulk(client, [1]),
  ),
).toEqualTypeOf<
  TE.TaskEither<
    ReadError,
    ReadonlyMap<number, { readonly id: number; readonly name: string; readonly n: number }>
  >
>()
expectTypeOf(pipe(genre, contains(client, 1))).toEqualTypeOf<TE.TaskEither<ReadError, boolean>>()
expectTypeOf(pipe(country, contains(client, 'DE'))).toEqualTypeOf<TE.TaskEither<ReadError, boolean>>()
expectTypeOf(pipe(label, contains(client, someUuid))).toEqualTypeOf<TE.TaskEither<ReadError, boolean>>()
// A uuid may be written as text
pipe(label, contains(client, '00000000-0000-0000-0000-000000000000'))
// @ts-expect-error the key is a number
pipe(genre, contains(client, '1'))
// @ts-expect-error the key is text
pipe(country, contains(client, 1))
// @ts-expect-error the key is a number
pipe(genre, inBulk(client, ['1']))
const ids = pipe(
  genre,
  values((g) => ({ id: g.id })),
)
// @ts-expect-error rows of a projection have no key
pipe(ids, inBulk(client, [1]))
// @ts-expect-error rows of a projection have no key
pipe(ids, contains(client, 1))
pipe(
  track,
  // @ts-expect-error latest needs keys with a direction
  latest(client, (t) => [t.added]),
)
pipe(
  track,
  // @ts-expect-error no such field
  earliest(client, (t) => [t.when.asc()]),
)
pipe(
  genre,
  // @ts-expect-error no such field
  get(client, (g) => g.title.eq('Rock')),
)
// @ts-expect-error a client lists rows
pipe(genre, toArray({ name: 'x' }))
// @ts-expect-error what a terminal gives is not a queryset
pipe(genre, toArray(client), distinct)

// A switch over the errors of a read needs no case for those of writes
const advice = (error: ReadError): string => {
  switch (error._tag) {
    case 'NotFound':
    case 'MultipleFound':
      return 'rows'
    case 'InvalidSchema':
    case 'InvalidField':
    case 'InvalidStep':
    case 'InvalidQuery':
      return 'query'
    case 'Undecodable':
    case 'BadFile':
    case 'Unsupported':
    case 'OverBudget':
    case 'ClientFailed':
      return 'client'
  }
}
pipe(genre, toArray(client), TE.mapLeft(advice))
expectTypeOf<
  Extract<ReadError, { readonly _tag: 'Conflict' | 'Protected' | 'Invalid' | 'Incomplete' }>
>().toEqualTypeOf<never>()
