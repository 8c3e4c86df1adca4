/** Types of rows: each kind of field, missing values, keys. */
import { expectTypeOf } from 'expect-type'
import type { DateText, DateTime, Decimal, Json, TimeText, Uuid } from 'queryset-ts'
import { music, type Row } from './models.js'

type Thing = Row<typeof music.thing>

// Each kind of field
expectTypeOf<Thing['text']>().toEqualTypeOf<string>()
expectTypeOf<Thing['int']>().toEqualTypeOf<number>()
expectTypeOf<Thing['float']>().toEqualTypeOf<number>()
expectTypeOf<Thing['decimal']>().toEqualTypeOf<Decimal>()
expectTypeOf<Thing['boolean']>().toEqualTypeOf<boolean>()
expectTypeOf<Thing['date']>().toEqualTypeOf<DateText>()
expectTypeOf<Thing['time']>().toEqualTypeOf<TimeText>()
expectTypeOf<Thing['datetime']>().toEqualTypeOf<DateTime>()
expectTypeOf<Thing['uuid']>().toEqualTypeOf<Uuid>()
expectTypeOf<Thing['json']>().toEqualTypeOf<Json>()

// Choices are literals, a codec's type is that of the rows
expectTypeOf<Thing['status']>().toEqualTypeOf<'draft' | 'live'>()
expectTypeOf<Thing['stars']>().toEqualTypeOf<1 | 2 | 3>()
expectTypeOf<Thing['tags']>().toEqualTypeOf<ReadonlyArray<string>>()

// What may be missing
expectTypeOf<Thing['maybeText']>().toEqualTypeOf<string | null>()
expectTypeOf<Thing['maybeDecimal']>().toEqualTypeOf<Decimal | null>()
expectTypeOf<Thing['maybeStatus']>().toEqualTypeOf<'a' | 'b' | null>()
expectTypeOf<Thing['maybeTags']>().toEqualTypeOf<ReadonlyArray<string> | null>()
expectTypeOf<Thing['maybeJson']>().toEqualTypeOf<Json>()

// Whole rows: keys in the place of relations, of the type of the key pointed to; nothing for many-to-many
expectTypeOf<Row<typeof music.country>>().toEqualTypeOf<{ readonly code: string; readonly name: string }>()
expectTypeOf<Row<typeof music.label>>().toEqualTypeOf<{
  readonly id: Uuid
  readonly name: string
  readonly country: string | null
}>()
expectTypeOf<Row<typeof music.artist>>().toEqualTypeOf<{
  readonly id: number
  readonly name: string | null
  readonly born: DateText | null
  readonly label: Uuid | null
  readonly home: string
  readonly favourite: number | null
}>()
expectTypeOf<Row<typeof music.track>>().toEqualTypeOf<{
  readonly id: number
  readonly name: string
  readonly composer: string | null
  readonly milliseconds: number
  readonly rating: number | null
  readonly price: Decimal
  readonly added: DateTime
  readonly album: number | null
  readonly genre: number
}>()
expectTypeOf<Row<typeof music.playlist>>().toEqualTypeOf<{ readonly id: number; readonly name: string }>()
expectTypeOf<Row<typeof music.employee>>().toEqualTypeOf<{
  readonly id: number
  readonly name: string
  readonly boss: number | null
}>()

// A key that is a relation, and a key to it
expectTypeOf<Row<typeof music.profile>>().toEqualTypeOf<{
  readonly employee: number
  readonly motto: string
}>()
expectTypeOf<Row<typeof music.badge>>().toEqualTypeOf<{ readonly id: number; readonly profile: number }>()

// The models of many-to-many rows
expectTypeOf<Row<typeof music.playlist_tracks>>().toEqualTypeOf<{
  readonly id: number
  readonly playlist: number
  readonly track: number
}>()
expectTypeOf<Row<typeof music.employee_friends>>().toEqualTypeOf<{
  readonly id: number
  readonly from_employee: number
  readonly to_employee: number
}>()
expectTypeOf<Row<typeof music.membership>>().toEqualTypeOf<{
  readonly id: number
  readonly person: number
  readonly group: number
  readonly since: DateText
}>()
// @ts-expect-error a relation with a through model of its own implies none
export const none = music.person_groups

// Rows are not to be written to
declare const track: Row<typeof music.track>
// @ts-expect-error rows are readonly
track.name = 'x'
// @ts-expect-error a decimal is no plain number
export const price: number = track.price
