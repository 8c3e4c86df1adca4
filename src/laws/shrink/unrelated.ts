/**
 * Removes relations from a case. Conditions on related rows become conditions on the related model. A terminal becomes
 * the writes that it consists of. Foreign keys become plain values.
 *
 * @since 0.1.0
 */
import type { Json, Row } from '../../value/Value.js'
import { autoId, field } from '../../schema/Field.js'
import { belongsTo, type AnyToOne } from '../../schema/Relation.js'
import type { Definition, Definitions, Model, ModelRelation, Schema } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Call, Case } from '../case/Case.js'
import type { QuerysetData, StepData, TypedColumn } from '../case/QuerysetData.js'
import { fieldOf } from '../make/definitions.js'

type Fields = Definitions[string]

const withFields = (one: Case, changed: { readonly [model: string]: Fields }): Definitions => ({
  ...one.definitions,
  ...changed,
})

const keyNameOf = (fields: Fields | undefined): string | null =>
  Object.entries(fields ?? {}).find(([, each]) => each._tag !== 'manyToMany' && each.primaryKey)?.[0] ?? null

/** A plain field for the keys of a model. */
const keyField = (
  definitions: Definitions,
  target: string,
  { nullable, unique }: { readonly nullable: boolean; readonly unique: boolean },
): Definition | null => {
  const fields = definitions[target] ?? {}
  const key = fields[keyNameOf(fields) ?? '']
  if (key?._tag !== 'field' || key.kind === 'json') return null
  const own = fieldOf(key.kind, { unique })
  return nullable ? field.nullable(own) : own
}

/** Replaces each foreign key by a plain column, and each many-to-many relation by a foreign key or by a model. */
export const plainKeys = (one: Case): ReadonlyArray<Case> =>
  Object.entries(one.definitions).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, relation]): ReadonlyArray<Case> => {
      if (relation._tag === 'field') return []
      if (relation._tag === 'manyToMany')
        return relation.through === null
          ? fewerWays(one, model, name, relation.target, relation.relatedName)
          : []
      const { nullable, oneToOne, primaryKey, target } = relation
      const plain = primaryKey ? null : keyField(one.definitions, target, { nullable, unique: oneToOne })
      return plain === null
        ? []
        : [
            {
              ...one,
              definitions: withFields(one, { [model]: { ...fields, [name]: plain } }),
              calls: stoodFor(one.calls, [name, keyNameOf(one.definitions[target]) ?? ''], [name]),
            },
          ]
    }),
  )

/** Calls with a path replaced. Calls are plain data in which only paths have this form. */
const stoodFor = (
  calls: Case['calls'],
  path: ReadonlyArray<string>,
  by: ReadonlyArray<string>,
): Case['calls'] =>
  JSON.parse(
    JSON.stringify(calls).replaceAll(`"path":${JSON.stringify(path)}`, `"path":${JSON.stringify(by)}`),
  ) as Case['calls']

const fewerWays = (
  one: Case,
  model: string,
  name: string,
  target: string,
  relatedName: string | null,
): ReadonlyArray<Case> => {
  if (model === target) return []
  const own = one.definitions[model] ?? {}
  const { [name]: _, ...rest } = own
  const between = `${model}_${name}`
  const { [between]: pairs = [], ...rows } = one.rows
  const held = (holder: string, near: string, far: string, column: string): Case['rows'] => {
    const key = keyNameOf(one.definitions[holder])
    return {
      ...rows,
      [holder]: (rows[holder] ?? []).map((row) => ({
        ...row,
        [column]: pairs.find((pair) => pair[near] === row[key ?? ''])?.[far] ?? null,
      })),
    }
  }
  const back = relatedName ?? 'all'
  return [
    {
      ...one,
      definitions: withFields(one, {
        [model]: {
          ...own,
          [name]: field.nullable(belongsTo(target, relatedName === null ? {} : { relatedName })),
        },
      }),
      rows: held(model, model, target, name),
    },
    {
      ...one,
      definitions: withFields(one, {
        [model]: rest,
        [target]: {
          ...one.definitions[target],
          [back]: field.nullable(belongsTo(model, { relatedName: name })),
        },
      }),
      rows: held(target, target, model, back),
    },
    {
      ...one,
      definitions: withFields(one, {
        [model]: rest,
        [between]: { id: autoId, [model]: belongsTo(model), [target]: belongsTo(target) },
      }),
    },
  ]
}

/** Replaces each call by the writes that it consists of, or by a read of the related model. */
export const plainTerms =
  (schema: Schema) =>
  (one: Case): ReadonlyArray<Case> =>
    one.calls.flatMap((call, i) =>
      inOtherTerms(schema, one, call).map((by) => ({
        ...one,
        calls: [...one.calls.slice(0, i), ...by, ...one.calls.slice(i + 1)],
      })),
    )

type Calls = ReadonlyArray<Call>

const inOtherTerms = (schema: Schema, one: Case, call: Call): ReadonlyArray<Calls> => {
  const write = (each: Write): Call => ({ _tag: 'write', write: each, bulk: true })
  switch (call._tag) {
    case 'read':
      return [
        ...throughRelation(schema, call.of).map((of): Calls => [{ ...call, of }]),
        ...aggregatesIn(schema, call.of).map((each): Calls => [each]),
      ]
    case 'relate': {
      const model = schema.models.get(call.of.model)
      const relation = model?.relations.get(call.relation)
      return model === undefined || relation === undefined
        ? []
        : someOf(one, model).map((key) => related(schema, one, key, relation, call).map(write))
    }
    case 'create':
      return [
        [
          write({
            _tag: 'create',
            model: call.model,
            rows: call.rows.map((row) => whole(schema, call.model, row)),
          }),
        ],
      ]
    case 'obtain':
      return [
        [
          write({
            _tag: 'create',
            model: call.of.model,
            rows: [whole(schema, call.of.model, { ...call.values, ...call.defaults })],
          }),
        ],
      ]
    case 'updateBulk':
      return [
        [
          write({
            _tag: 'update',
            model: call.of.model,
            changes: call.changes.map(([key, set]) => ({ key, set })),
          }),
        ],
      ]
    case 'update':
    case 'delete': {
      const model = schema.models.get(call.of.model)
      if (model === undefined) return []
      const all = someOf(one, model)
      return [all, ...all.map((key) => [key])].map((keys): Calls => [
        write(
          call._tag === 'delete'
            ? { _tag: 'delete', model: model.name, keys }
            : { _tag: 'update', model: model.name, changes: keys.map((key) => ({ key, set: call.set })) },
        ),
      ])
    }
    default:
      return []
  }
}

/** A row with `null` in each column that has no value. */
const whole = (schema: Schema, model: string, row: Row): Row =>
  Object.fromEntries(
    [...(schema.models.get(model)?.columns.values() ?? [])].map(({ name, default: otherwise }) => [
      name,
      row[name] ?? otherwise,
    ]),
  )

/** The keys of some rows of a model. */
const someOf = (one: Case, model: Model): ReadonlyArray<Json> =>
  (one.rows[model.name] ?? []).slice(0, 6).map((row) => row[model.primaryKey] ?? null)

/** The writes that a change of related rows consists of. */
const related = (
  schema: Schema,
  { rows }: Case,
  own: Json,
  { target, via }: ModelRelation,
  { how, keys }: Extract<Call, { readonly _tag: 'relate' }>,
): ReadonlyArray<Write> => {
  const holder = via._tag === 'through' ? via.model : target
  const model = schema.models.get(holder)
  if (via._tag === 'forward' || model === undefined) return []
  const key = (row: Row): Json => row[model.primaryKey] ?? null
  const near = via._tag === 'through' ? via.near : via.column
  const far = (row: Row): Json => (via._tag === 'through' ? (row[via.far] ?? null) : key(row))
  const there = (rows[holder] ?? []).filter((row) => row[near] === own)
  const gone = there.filter((row) => how !== 'add' && keys.includes(far(row)) === (how === 'remove')).map(key)
  const added = how === 'remove' ? [] : keys.filter((each) => !there.some((row) => far(row) === each))
  if (via._tag === 'reverse')
    return [
      {
        _tag: 'update',
        model: holder,
        changes: [
          ...gone.map((each) => ({ key: each, set: { [near]: null } })),
          ...added.map((each) => ({ key: each, set: { [near]: own } })),
        ],
      },
    ]
  const made = added.map((each) => ({ [near]: own, [via.far]: each }))
  return [
    ...(gone.length === 0 ? [] : [{ _tag: 'delete', model: holder, keys: gone } as const]),
    ...(made.length === 0 ? [] : [{ _tag: 'create', model: holder, rows: made } as const]),
  ]
}

/** Steps on related rows, as steps on the related model. */
const throughRelation = (schema: Schema, { model, steps }: QuerysetData): ReadonlyArray<QuerysetData> => {
  const relations = [...(schema.models.get(model)?.relations.values() ?? [])]
  const inSome = steps.flatMap((step): ReadonlyArray<QuerysetData> => {
    if (step._tag !== 'filter' || step.predicate._tag !== 'some' || step.predicate.level > 0) return []
    const { relation, predicate } = step.predicate
    const target = relation.reduce<string | undefined>(
      (at, name) => (at === undefined ? undefined : schema.models.get(at)?.relations.get(name)?.target),
      model,
    )
    return target === undefined ? [] : [{ model: target, steps: [{ _tag: 'filter', predicate }] }]
  })
  const moved = relations
    .filter(({ many }) => !many)
    .flatMap(({ name, target }): ReadonlyArray<QuerysetData> => {
      const text = JSON.stringify(steps)
      const prefix = `"path":["${name}",`
      // Steps are plain data in which only paths have this form.
      return text.includes(prefix)
        ? [
            {
              model: target,
              steps: JSON.parse(text.replaceAll(prefix, '"path":[')) as ReadonlyArray<StepData>,
            },
          ]
        : []
    })
  return [...inSome, ...moved]
}

/** Aggregates of related rows, as aggregates of all rows. */
const aggregatesIn = (schema: Schema, { model, steps }: QuerysetData): ReadonlyArray<Call> =>
  steps.flatMap((step): ReadonlyArray<Call> => {
    const columns: ReadonlyArray<TypedColumn> =
      step._tag === 'values' || step._tag === 'annotate'
        ? step.columns
        : step._tag === 'groupBy'
          ? step.aggregates
          : []
    return columns.flatMap(({ name, kind, expression }): ReadonlyArray<Call> => {
      if (expression._tag !== 'aggregate' || expression.level > 0) return []
      const target = expression.relation.reduce<string | undefined>(
        (at, each) => (at === undefined ? undefined : schema.models.get(at)?.relations.get(each)?.target),
        model,
      )
      return target === undefined
        ? []
        : [
            {
              _tag: 'read',
              of: { model: target, steps: [] },
              terminal: {
                _tag: 'aggregate',
                aggregates: [{ name, kind, expression: { ...expression, over: 'group', relation: [] } }],
              },
            },
          ]
    })
  })

/**
 * Merges a model with one that points to it. Each of its rows becomes the first row that points to it, and points to
 * itself.
 *
 * @since 0.1.0
 */
export const ownRelations = (one: Case): ReadonlyArray<Case> =>
  Object.entries(one.definitions).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, relation]) =>
      relation._tag !== 'toOne' ||
      relation.target === model ||
      relation.primaryKey ||
      pointedTo(one.definitions, relation.target) > 1
        ? []
        : [madeOne(one, model, name, relation)],
    ),
  )

const pointedTo = (definitions: Definitions, target: string): number =>
  Object.values(definitions)
    .flatMap((fields) => Object.values(fields))
    .filter((each) => each._tag !== 'field' && each.target === target).length

const madeOne = (one: Case, model: string, name: string, relation: AnyToOne): Case => {
  const { target } = relation
  const { [target]: theirs = {}, ...definitions } = one.definitions
  const { [target]: there = [], ...rows } = one.rows
  const own = definitions[model] ?? {}
  const [key, theirKey] = [keyNameOf(own) ?? '', keyNameOf(theirs) ?? '']
  // Columns of the other model are missing in the rows that don't stand for one of its rows.
  const more = Object.fromEntries(
    Object.entries(theirs).flatMap(([field, definition]) =>
      field in own || definition._tag !== 'field' || definition.primaryKey
        ? []
        : [[field, { ...definition, nullable: true, unique: false }] as const],
    ),
  )
  const mine = rows[model] ?? []
  const standsFor = (value: Json): Row | undefined =>
    value === null ? undefined : mine.find((row) => row[name] === value)
  const merged = mine.map((row): Row => {
    const first = standsFor(row[name] ?? null)
    const it = first === row ? there.find((each) => each[theirKey] === row[name]) : undefined
    return {
      ...row,
      ...Object.fromEntries(Object.keys(more).map((field) => [field, it?.[field] ?? null])),
      [name]: first?.[key] ?? null,
    }
  })
  const calls = JSON.parse(
    JSON.stringify(one.calls)
      .replaceAll(`"model":${JSON.stringify(target)}`, `"model":${JSON.stringify(model)}`)
      .replaceAll(`"path":${JSON.stringify([name, theirKey])}`, `"path":${JSON.stringify([name, key])}`),
  ) as Case['calls'] // it was plain data, and is of the same form
  return {
    definitions: { ...definitions, [model]: { ...own, ...more, [name]: { ...relation, target: model } } },
    rows: { ...rows, [model]: merged },
    calls,
  }
}
