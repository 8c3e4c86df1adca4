/** Mistakes of a schema that must not compile, and what must. */
import * as t from 'io-ts'
import { autoId, belongsTo, field, manyToMany, oneToOne, schema } from 'queryset-ts'

schema({
  a: { id: autoId },
  // @ts-expect-error there is no model c
  b: { id: autoId, c: belongsTo('c') },
})
schema({
  a: { id: autoId },
  // @ts-expect-error there is no model c
  b: { id: autoId, cs: manyToMany('c', { relatedName: 'bs' }) },
})
schema({
  a: { id: autoId, name: field.text() },
  // @ts-expect-error a.name is a field
  b: { id: autoId, a: belongsTo('a', { relatedName: 'name' }) },
})
schema({
  // @ts-expect-error the reverse name is that of a field of the model itself
  a: { id: autoId, name: field.text(), boss: field.nullable(belongsTo('a', { relatedName: 'name' })) },
})
schema({
  // @ts-expect-error two primary keys
  a: { id: autoId, code: field.text({ primaryKey: true }) },
})
schema({
  // @ts-expect-error no primary key
  a: { name: field.text() },
})
schema({
  // @ts-expect-error no primary key
  a: { name: field.text({ primaryKey: false }) },
})
schema({
  // @ts-expect-error references have a method of this name
  a: { id: autoId, eq: field.text() },
})
schema({
  // @ts-expect-error references have a method of this name
  a: { id: autoId, in: field.int() },
})
schema({
  // @ts-expect-error references have a method of this name
  a: { id: autoId, isNull: field.boolean() },
})
schema({
  // @ts-expect-error references have a method of this name
  a: { id: autoId, in: field.nullable(belongsTo('a')) },
})
schema({
  a: { id: autoId },
  // @ts-expect-error references have a method of this name
  b: { id: autoId, a: belongsTo('a', { relatedName: 'in' }) },
})
schema({
  // @ts-expect-error a definition is a field or a relation
  a: { id: autoId, name: 'text' },
})
schema({
  // @ts-expect-error a primary key is never missing
  a: { id: field.nullable(field.int({ primaryKey: true })) },
})
schema({
  a: { id: autoId },
  // @ts-expect-error two relations with the same reverse name
  b: { id: autoId, x: belongsTo('a', { relatedName: 'bs' }), y: belongsTo('a', { relatedName: 'bs' }) },
})

// Options
// @ts-expect-error no such option
field.text({ maxLenght: 3 })
// @ts-expect-error a default of another type
field.int({ default: 'x' })
// @ts-expect-error not one of the choices
field.choices(['a', 'b'], { default: 'c' })
// @ts-expect-error no such thing happens on delete
belongsTo('a', { onDelete: 'explode' })
// @ts-expect-error a default is of the codec's own type
field.of('text', t.number, { default: 'x' })
// @ts-expect-error no such kind
field.of('money', t.number)

// What compiles: cycles, relations to itself, several relations to one model, keys of keys
schema({
  a: {
    id: autoId,
    b: belongsTo('b', { relatedName: 'as' }),
    parent: field.nullable(belongsTo('a', { relatedName: 'children', onDelete: 'setNull' })),
    bs: manyToMany('b', { relatedName: 'many' }),
    friends: manyToMany('a', { relatedName: 'friendOf' }),
  },
  b: {
    code: field.text({ primaryKey: true }),
    first: belongsTo('a', { relatedName: 'firstOf' }),
    second: field.nullable(belongsTo('a')),
    third: field.nullable(belongsTo('a')),
  },
  c: { a: oneToOne('a', { primaryKey: true, relatedName: 'c' }), note: field.nullable(field.text()) },
  d: { c: oneToOne('c', { primaryKey: true }), eqs: field.int(), isnull: field.int() },
})
