/** Wrong programs, each on one line, with what its error must say within its first 300 characters. */

export interface Wrong {
  readonly about: string
  readonly code: string
  readonly says: ReadonlyArray<string>
}

const wrong = (about: string, code: string, ...says: ReadonlyArray<string>): Wrong => ({ about, code, says })

export const wrongs: ReadonlyArray<Wrong> = [
  // Rows that are made
  wrong(
    'a missing field',
    `pipe(album, create(client, { title: 'x', price: '1.00', kind: 'live' }))`,
    `the field 'artist' is missing`,
  ),
  wrong(
    'several missing fields',
    `pipe(album, create(client, { title: 'x' }))`,
    `the field 'artist' is missing`,
    `the field 'kind' is missing`,
    `the field 'price' is missing`,
  ),
  wrong(
    'a missing field of one row of several',
    `pipe(track, createBulk(client, [{ name: 'x', milliseconds: 1 }, { name: 'y' }]))`,
    `the field 'milliseconds' is missing`,
  ),
  wrong('an unknown field', `pipe(artist, create(client, { nme: 'x' }))`, `'nme'`, `'name'`),
  wrong(
    'an unknown field of one row of several',
    `pipe(artist, createBulk(client, [{ name: 'x' }, { nme: 'x' }]))`,
    `'nme'`,
    `'name'`,
  ),
  wrong('a value of another type', `pipe(artist, create(client, { name: 1 }))`, `'number'`, `'string'`),
  wrong(
    'a choice that there isn’t',
    `pipe(album, create(client, { title: 'x', price: 1, kind: 'single', artist: 1 }))`,
    `"single"`,
    `"live" | "studio"`,
  ),
  wrong(
    'any text as a date',
    `pipe(album, create(client, { title: 'x', price: 1, kind: 'live', artist: 1, released: text }))`,
    `'string'`,
    'DateText',
  ),
  wrong(
    'rows of a projection',
    `pipe(album, values((a) => ({ t: a.title })), create(client, { title: 'x' }))`,
    `the rows are not a model's own`,
    `before 'values' or 'groupBy'`,
  ),
  wrong('an unknown field to look for', `pipe(artist, getOrCreate(client, { nme: 'x' }))`, `'nme'`),
  wrong(
    'an unknown field in defaults',
    `pipe(artist, getOrCreate(client, { name: 'x' }, { nme: 'x' }))`,
    `'nme'`,
  ),
  wrong('the key in defaults', `pipe(artist, updateOrCreate(client, { name: 'x' }, { id: 1 }))`, `'id'`),
  wrong(
    'an unknown field of a related row',
    `pipe(artist, createRelated(client, (a) => a.albums, { titel: 'x' }))`,
    `'titel'`,
  ),
  wrong(
    'a related key of another type',
    `pipe(artist, addRelated(client, (a) => a.albums, ['x']))`,
    `'string'`,
    `'number'`,
  ),

  wrong(
    'a value of another type in one row of several',
    `pipe(artist, createBulk(client, [{ name: 'x' }, { name: 1 }]))`,
    `'number'`,
    `'string'`,
  ),
  wrong(
    'a value of another type in what is sought',
    `pipe(artist, getOrCreate(client, { name: 1 }))`,
    `'number'`,
    `'string'`,
  ),
  wrong(
    'a value of another type in defaults',
    `pipe(track, updateOrCreate(client, { name: 'x' }, { milliseconds: 'x' }))`,
    `'string'`,
    'number | ',
  ),
  wrong(
    'an unknown field in what is changed or created',
    `pipe(artist, updateOrCreate(client, { nme: 'x' }, { name: 'x' }))`,
    `'nme'`,
  ),

  // Rows that are changed
  wrong(
    'a value of another type of a change by key',
    `pipe(artist, updateBulk(client, [[1, { name: 1 }]]))`,
    `'number'`,
    'string | ',
  ),
  wrong(
    'a change of an unknown field',
    `pipe(artist, update(client, () => ({ nme: 'x' })))`,
    `there is no field 'nme'`,
  ),
  wrong(
    'a change of an unknown field beside a known one',
    `pipe(artist, update(client, () => ({ name: 'x', nme: 'x' })))`,
    `there is no field 'nme'`,
  ),
  wrong(
    'a change of the key',
    `pipe(artist, update(client, () => ({ id: 1 })))`,
    `the field 'id' is the key`,
  ),
  wrong(
    'an expression of another kind',
    `pipe(track, update(client, (t) => ({ milliseconds: t.name })))`,
    'TextRef<string>',
    'number | ',
  ),
  wrong(
    'a change to a choice that there isn’t',
    `pipe(album, update(client, () => ({ kind: 'single' })))`,
    `"single"`,
    `"live" | "studio"`,
  ),
  wrong('a change to nothing', `pipe(artist, update(client, () => ({ name: null })))`, `'null'`, 'string'),
  wrong(
    'a change of rows of a projection',
    `pipe(artist, values((a) => ({ t: a.name })), update(client, () => ({ t: 'x' })))`,
    `the rows are not a model's own`,
  ),
  wrong(
    'an unknown field of a change by key',
    `pipe(artist, updateBulk(client, [[1, { nme: 'x' }]]))`,
    `'nme'`,
  ),
  wrong(
    'a key of another type',
    `pipe(artist, updateBulk(client, [['1', { name: 'x' }]]))`,
    `'string'`,
    `'number'`,
  ),
  wrong(
    'an unknown field in a recipe',
    `pipe(artist, edit(client, (a) => { a.nme = 'x' }))`,
    `'nme'`,
    `'name'`,
  ),
  wrong(
    'a value of another type in a recipe',
    `pipe(artist, edit(client, (a) => { a.name = 1 }))`,
    `'number'`,
    `'string'`,
  ),

  // Steps
  wrong(
    'an unknown field in a filter',
    `pipe(album, filter((a) => a.titel.eq('x')))`,
    `'titel'`,
    `Refs<"album"`,
    `'title'`,
  ),
  wrong(
    'an unknown field behind relations',
    `pipe(track, filter((t) => t.album.artist.nme.eq('x')))`,
    `'nme'`,
    `"artist"`,
    `'name'`,
  ),
  wrong(
    'a lookup with a value of another type',
    `pipe(album, filter((a) => a.title.eq(1)))`,
    `'number'`,
    '"text", string',
  ),
  wrong(
    'a lookup of another kind',
    `pipe(track, filter((t) => t.milliseconds.contains('x')))`,
    `'contains'`,
    'NumberRef',
  ),
  wrong('a column for a condition', `pipe(album, filter((a) => a.title))`, 'TextRef<string>', 'Predicate'),
  wrong('a column for an order', `pipe(album, orderBy((a) => [a.title]))`, 'TextRef<string>', 'OrderKey'),
  wrong('an unknown field in an order', `pipe(album, orderBy((a) => [a.titel.asc()]))`, `'titel'`, `'title'`),
  wrong('an unknown field in values', `pipe(album, values((a) => ({ t: a.titel })))`, `'titel'`, `'title'`),
  wrong(
    'an unknown field in a list of values',
    `pipe(album, valuesList((a) => [a.titel]))`,
    `'titel'`,
    `'title'`,
  ),
  wrong(
    'an unknown field in an annotation',
    `pipe(album, annotate((a) => ({ t: a.titel })))`,
    `'titel'`,
    `'title'`,
  ),
  wrong(
    'an unknown field for a group',
    `pipe(album, groupBy((a) => ({ k: a.knd }), (g) => ({ n: g.count() })))`,
    `'knd'`,
    `'kind'`,
  ),
  wrong(
    'an unknown field in an aggregate',
    `pipe(album, groupBy((a) => ({ k: a.kind }), (g) => ({ n: g.max((a) => a.prise) })))`,
    `'prise'`,
    `'price'`,
  ),
  wrong('an unknown relation to select', `pipe(track, selectRelated((t) => t.albm))`, `'albm'`, `'album'`),
  wrong(
    'an unknown relation to prefetch',
    `pipe(artist, prefetchRelated((a) => a.albms))`,
    `'albms'`,
    `'albums'`,
  ),
  wrong(
    'an outer column of another kind',
    `pipe(album, filter((a) => exists(pipe(track, filter((t) => t.milliseconds.eq(a.title))))))`,
    'TextRef<string>',
    `Operand<"int", number>`,
  ),
  wrong('a constant for a column', `pipe(album, values(() => ({ x: 'x' })))`, `'string'`, 'Expr'),
  wrong(
    'a column that was projected away',
    `pipe(album, values((a) => ({ t: a.title })), filter((r) => r.price.gt('1')))`,
    `'price'`,
    't: TextRef<string>',
  ),
  wrong(
    'the name of a field for an annotation',
    `pipe(album, annotate((a) => ({ title: a.price })))`,
    `the name 'title' is taken`,
  ),
  wrong(
    'the name of a relation for an annotation',
    `pipe(artist, annotate((a) => ({ albums: a.albums.count() })))`,
    `the name 'albums' is taken`,
  ),
  wrong(
    'the name of an annotation for another',
    `pipe(artist, annotate((a) => ({ n: a.albums.count() })), annotate((a) => ({ n: a.id })))`,
    `the name 'n' is taken`,
  ),
  wrong(
    'the name of a key for an aggregate',
    `pipe(album, groupBy((a) => ({ k: a.kind }), (g) => ({ k: g.count() })))`,
    `the name 'k' is taken`,
  ),
  wrong('a column for a relation', `pipe(track, selectRelated((t) => t.name))`, 'TextRef<string>', 'OneRef'),
  wrong('a step as a method', `music.track.filter()`, 'not callable', 'pipe(queryset, filter(...))'),
  wrong(
    'a terminal as a method',
    `music.track.toArray(client)`,
    'not callable',
    'pipe(queryset, toArray(...))',
  ),
  wrong('an unknown model', `music.albums`, `'albums'`),
]
