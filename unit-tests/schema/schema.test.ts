/** What a schema is resolved to, and the mistakes that types can't tell or that come from plain JavaScript. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  belongsTo,
  checkSchema,
  field,
  filter,
  fold,
  manyToMany,
  oneToOne,
  schema,
  schemaOf,
  slice,
  toArray,
  values,
  type AnyModels,
  type AnyQueryset,
  type Definitions,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn

/** A schema whose mistakes the compiler isn't shown. */
const loose = (definitions: Definitions): AnyModels =>
  (schema as unknown as (definitions: Definitions) => AnyModels)(definitions)

const mistakes = (definitions: Definitions): ReadonlyArray<string> =>
  E.match(
    (errors: ReadonlyArray<{ readonly message: string }>) => errors.map(({ message }) => message),
    () => [] as ReadonlyArray<string>,
  )(checkSchema(loose(definitions)))

const hints = (definitions: Definitions): string =>
  schemaOf(loose(definitions))
    .errors.map(({ hint }) => hint)
    .join('\n')

const id = autoId

describe('checkSchema names', () => {
  it('an unknown target, with the nearest model', () => {
    const given = { genre: { id }, track: { id, genre: belongsTo('gendre') } }
    expect(mistakes(given)).to.deep.equal(["track.genre: leads to 'gendre', which is not a model"])
    expect(hints(given)).to.contain("Did you mean 'genre'?").and.to.contain('genre, track')
    expect(mistakes({ track: { id, tags: manyToMany('tag') } })).to.deep.equal([
      "track.tags: leads to 'tag', which is not a model",
    ])
  })

  it('no primary key, two, and one that may be missing', () => {
    expect(mistakes({ a: { name: field.text() } })).to.deep.equal(['a: has no primary key'])
    expect(mistakes({ a: { id, code: field.text({ primaryKey: true }) } })).to.deep.equal([
      "a.code: is a second primary key, besides 'id'",
    ])
    expect(mistakes({ a: { id: field.nullable(field.int({ primaryKey: true })) } })).to.deep.equal([
      'a.id: is a primary key that may be missing',
    ])
    expect(mistakes({ a: { id: field.json({ primaryKey: true }) } })).to.deep.equal([
      'a.id: is a primary key of kind json',
    ])
  })

  it('every primary key after the first', () => {
    expect(
      mistakes({ a: { id, code: field.text({ primaryKey: true }), key: field.uuid({ primaryKey: true }) } }),
    ).to.deep.equal([
      "a.code: is a second primary key, besides 'id'",
      "a.key: is a second primary key, besides 'id'",
    ])
  })

  it('a relation that is to be set to null and never is', () => {
    expect(mistakes({ a: { id, b: belongsTo('a', { onDelete: 'setNull' }) } })).to.deep.equal([
      "a.b: can't be set to null on delete",
    ])
    expect(mistakes({ a: { id, b: field.nullable(belongsTo('a', { onDelete: 'setNull' })) } })).to.deep.equal(
      [],
    )
  })

  it('names that are reserved or ill-formed', () => {
    for (const name of [
      'eq',
      'in',
      'isNull',
      'constructor',
      'prototype',
      'a__b',
      '_a',
      'a_',
      'a-b',
      '1a',
      '',
    ])
      expect(mistakes({ a: { id, [name]: field.text() } }), name).to.deep.equal([
        `a.${name}: '${name}' can't be a name`,
      ])
    for (const name of ['a__b', 'in', 'a.b'])
      expect(mistakes({ [name]: { id } }), name).to.deep.equal([`${name}: '${name}' can't be a name`])
    expect(mistakes({ a: { id, b: field.nullable(belongsTo('a', { relatedName: 'a__s' })) } })).to.deep.equal(
      ["a.b: the relatedName 'a__s' can't be a name"],
    )
    expect(mistakes({ a: { id, ['__proto__']: field.text() } })).to.deep.equal([
      "a.__proto__: '__proto__' can't be a name",
    ])
  })

  it('names that only look odd as none', () => {
    for (const name of [
      'items',
      'keys',
      'length',
      'desc',
      'asc',
      'some',
      'count',
      'toString',
      'a1_b2',
      'then',
    ])
      expect(mistakes({ a: { id, [name]: field.text() } }), name).to.deep.equal([])
  })

  it('a reverse name that clashes with a field, or with that of another relation', () => {
    expect(
      mistakes({ a: { id, name: field.text() }, b: { id, a: belongsTo('a', { relatedName: 'name' }) } }),
    ).to.deep.equal(["b.a: its relatedName 'name' clashes with the field a.name"])
    expect(
      mistakes({
        a: { id },
        b: { id, a: belongsTo('a', { relatedName: 'all' }) },
        c: { id, as: manyToMany('a', { relatedName: 'all' }) },
      }),
    ).to.deep.equal(["c.as: its relatedName 'all' clashes with that of b.a"])
    expect(mistakes({ a: { id, x: field.nullable(belongsTo('a', { relatedName: 'x' })) } })).to.deep.equal([
      "a.x: its relatedName 'x' clashes with the field a.x",
    ])
  })

  it('a reverse name of another model as no clash', () => {
    expect(
      mistakes({
        a: { id },
        b: { id },
        c: { id, a: belongsTo('a', { relatedName: 'cs' }), b: belongsTo('b', { relatedName: 'cs' }) },
      }),
    ).to.deep.equal([])
  })

  it('a through model that is none, or lacks one of the keys', () => {
    expect(mistakes({ a: { id, bs: manyToMany('b', { through: 'ab' }) }, b: { id } })).to.deep.equal([
      "a.bs: leads to 'ab', which is not a model",
    ])
    expect(
      mistakes({
        a: { id, bs: manyToMany('b', { through: 'ab' }) },
        b: { id },
        ab: { id, a: belongsTo('a') },
      }),
    ).to.deep.equal(["a.bs: its through model 'ab' doesn't have one foreign key to 'a' and one to 'b'"])
    expect(
      mistakes({ a: { id, as: manyToMany('a', { through: 'aa' }) }, aa: { id, a: belongsTo('a') } }),
    ).to.have.lengthOf(1)
  })

  it('a model that has the name of the rows of a many-to-many relation', () => {
    expect(mistakes({ a: { id, bs: manyToMany('b') }, b: { id }, a_bs: { id } })).to.deep.equal([
      "a.bs: the rows of this relation would be called 'a_bs', which is a model already",
    ])
  })

  it('two many-to-many relations whose rows would have one name', () => {
    expect(
      mistakes({ a: { id, b_c: manyToMany('x') }, a_b: { id, c: manyToMany('x') }, x: { id } }),
    ).to.deep.equal(["a_b.c: the rows of this relation would be called 'a_b_c', as those of a.b_c"])
  })

  it('a primary key that leads back to itself', () => {
    expect(
      mistakes({
        a: { b: oneToOne('b', { primaryKey: true }) },
        b: { a: oneToOne('a', { primaryKey: true }) },
      }),
    ).to.deep.equal([
      'a.b: is a primary key that leads back to itself',
      'b.a: is a primary key that leads back to itself',
    ])
    expect(mistakes({ a: { a: oneToOne('a', { primaryKey: true }) } })).to.have.lengthOf(1)
  })

  it('each mistake there is', () => {
    expect(mistakes({ a: { name: field.text() }, b: { id, a: belongsTo('c') } })).to.have.lengthOf(2)
  })
})

describe('a broken schema', () => {
  const broken = loose({ a: { id, b: belongsTo('b') } }) as AnyModels & { readonly a: AnyQueryset }

  it('answers every query with InvalidSchema', async () => {
    const all = broken.a as never
    const queries: ReadonlyArray<AnyQueryset> = [
      all,
      pipe(all, slice(0, 1)),
      pipe(
        all,
        filter(() => {
          throw new Error('not called')
        }),
      ),
      pipe(
        all,
        values(() => ({})),
      ),
    ]
    for (const query of queries) {
      const folded = fold(query)
      expect(E.isLeft(folded) && folded.left._tag).to.equal('InvalidSchema')
    }
    const client = memory(broken, {})
    const answer = await toArray(client)(all)()
    expect(E.isLeft(answer) && answer.left._tag).to.equal('InvalidSchema')
  })

  it('has no resolved models to go by', () => {
    expect(schemaOf(broken).models.size).to.equal(0)
    expect(schemaOf(broken).errors).to.have.lengthOf(1)
  })
})

describe('a resolved schema', () => {
  const models = schema({
    user: {
      id,
      name: field.text(),
      boss: field.nullable(belongsTo('user', { relatedName: 'reports', onDelete: 'setNull' })),
      friends: manyToMany('user', { relatedName: 'friendOf' }),
      groups: manyToMany('group', { relatedName: 'users' }),
      clubs: manyToMany('group', { relatedName: 'members', through: 'membership' }),
    },
    group: { code: field.text({ primaryKey: true }) },
    // Of several keys to one model, the first is that of the relation.
    membership: { id, user: belongsTo('user'), group: belongsTo('group'), inviter: belongsTo('user') },
    profile: { user: oneToOne('user', { primaryKey: true, relatedName: 'profile' }) },
    badge: { id, profile: belongsTo('profile', { relatedName: 'badges' }) },
  })
  const resolved = schemaOf(models)
  const relation = (model: string, name: string) => resolved.models.get(model)?.relations.get(name)

  it('has the models given, and those of many-to-many rows', () => {
    expect(E.isRight(checkSchema(models))).to.equal(true)
    expect([...resolved.models.keys()].sort()).to.deep.equal([
      'badge',
      'group',
      'membership',
      'profile',
      'user',
      'user_friends',
      'user_groups',
    ])
    expect(Object.keys(models).sort()).to.deep.equal([...resolved.models.keys()].sort())
    expect(resolved.models.get('user_groups')?.implicit).to.equal(true)
    expect(resolved.models.get('membership')?.implicit).to.equal(false)
    // A generated model has each pair once; one of the author's own has what it says.
    expect(resolved.models.get('user_groups')?.unique).to.deep.equal([['id'], ['user', 'group']])
    expect(resolved.models.get('user_friends')?.unique).to.deep.equal([['id'], ['from_user', 'to_user']])
    expect(resolved.models.get('membership')?.unique).to.deep.equal([['id']])
  })

  it('has forward and reverse relations', () => {
    expect(relation('user', 'boss')).to.deep.equal({
      name: 'boss',
      label: 'Boss',
      help: '',
      blank: false,
      editable: true,
      limitTo: null,
      target: 'user',
      many: false,
      nullable: true,
      via: { _tag: 'forward', column: 'boss' },
    })
    expect(relation('user', 'reports')).to.deep.include({
      target: 'user',
      many: true,
      via: { _tag: 'reverse', column: 'boss' },
    })
    expect(relation('group', 'membership')).to.equal(undefined)
  })

  it('has a one-to-one relation whose other side is one row or none', () => {
    expect(relation('user', 'profile')).to.deep.include({
      target: 'profile',
      many: false,
      nullable: true,
      via: { _tag: 'reverse', column: 'user' },
    })
    expect(resolved.models.get('profile')?.columns.get('user')?.unique).to.equal(true)
    expect(resolved.models.get('profile')?.primaryKey).to.equal('user')
  })

  it('has many-to-many relations from both sides', () => {
    expect(relation('user', 'groups')?.via).to.deep.equal({
      _tag: 'through',
      model: 'user_groups',
      near: 'user',
      far: 'group',
    })
    expect(relation('group', 'users')?.via).to.deep.equal({
      _tag: 'through',
      model: 'user_groups',
      near: 'group',
      far: 'user',
    })
    expect(relation('group', 'members')?.via).to.deep.equal({
      _tag: 'through',
      model: 'membership',
      near: 'group',
      far: 'user',
    })
    expect(resolved.models.get('user')?.columns.has('groups')).to.equal(false)
  })

  it('has a many-to-many relation to itself, with from_ and to_', () => {
    expect(relation('user', 'friends')?.via).to.deep.include({ near: 'from_user', far: 'to_user' })
    expect(relation('user', 'friendOf')?.via).to.deep.include({ near: 'to_user', far: 'from_user' })
    expect([...(resolved.models.get('user_friends')?.columns.keys() ?? [])]).to.deep.equal([
      'id',
      'from_user',
      'to_user',
    ])
  })

  it('gives a foreign key the kind of the key pointed to, at the end', () => {
    const column = (model: string, name: string) => resolved.models.get(model)?.columns.get(name)
    expect(column('user_groups', 'group')).to.deep.include({ kind: 'text', target: 'group', auto: false })
    expect(column('badge', 'profile')).to.deep.include({ kind: 'int', target: 'profile', auto: false })
    expect(column('user', 'boss')).to.deep.include({ nullable: true, onDelete: 'setNull' })
    expect(column('user', 'id')).to.deep.include({ auto: true, unique: true })
  })
})
