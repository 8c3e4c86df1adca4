/** What a schema says for people is typed: choices are their values, and rules speak of columns that are there. */
import { expectTypeOf } from 'expect-type'
import { autoId, field, schema, type DateTime, type Duration, type Queryset } from 'queryset-ts'

type Row<Q> = Q extends Queryset<never, infer A> ? A : never

const models = schema(
  {
    release: {
      id: autoId,
      title: field.text(),
      format: field.choices({ lp: 'LP', cd: 'CD' }),
      type: field.choices({ 0: 'Solo', 1: 'Group' }),
      grade: field.choices([
        [1, 'Junior'],
        [2, 'Senior'],
      ]),
      country: field.choices(
        [
          ['Americas', { US: 'United States', CA: 'Canada' }],
          ['Europe', [['GB', 'United Kingdom']]],
        ],
        { blank: true, default: '' },
      ),
      plain: field.choices(['a', 'b']),
      length: field.nullable(field.duration()),
      made: field.datetime({ auto: 'created' }),
      on: field.date(),
    },
  },
  {
    ordering: { release: ['-on', 'id'] },
    uniqueFor: { release: [{ field: 'title', per: 'year', of: 'on' }] },
    display: { release: ({ title, country }) => `${title} ${country}` },
    validate: {
      release: (row) => {
        expectTypeOf(row.id).toEqualTypeOf<number | null>()
        expectTypeOf(row.title).toEqualTypeOf<string>()
        return [{ field: 'title', code: 'no' }]
      },
    },
  },
)

type Release = Row<typeof models.release>

expectTypeOf<Release['format']>().toEqualTypeOf<'lp' | 'cd'>()
expectTypeOf<Release['type']>().toEqualTypeOf<0 | 1>()
expectTypeOf<Release['grade']>().toEqualTypeOf<1 | 2>()
expectTypeOf<Release['country']>().toEqualTypeOf<'US' | 'CA' | 'GB' | ''>()
expectTypeOf<Release['plain']>().toEqualTypeOf<'a' | 'b'>()
expectTypeOf<Release['length']>().toEqualTypeOf<Duration | null>()
expectTypeOf<Release['made']>().toEqualTypeOf<DateTime>()

const thing = { thing: { id: autoId, name: field.text() } }

// @ts-expect-error -- there is no such column
schema(thing, { ordering: { thing: ['-nme'] } })
// @ts-expect-error -- there is no such column
schema(thing, { uniqueFor: { thing: [{ field: 'name', per: 'year', of: 'made' }] } })
// @ts-expect-error -- there is no such model
schema(thing, { display: { things: () => 'x' } })
// @ts-expect-error -- there is no such column
schema(thing, { validate: { thing: () => [{ field: 'nme', code: 'x' }] } })
// @ts-expect-error -- there is no such format
field.text({ format: 'phone' })
// @ts-expect-error -- the default is none of the choices
field.choices({ lp: 'LP' }, { default: 'cd' })
// @ts-expect-error -- only moments are set by the clock
field.text({ auto: 'created' })
