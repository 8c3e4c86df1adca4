import { either, option, type either as E } from 'fp-ts'
import type * as t from 'io-ts'
import type { Json, Kind } from '../value/Value.js'
import { noModel } from '../schema/noModel.js'
import { labelOf } from '../schema/labelOf.js'
import type { Model } from '../schema/Schema.js'
import { kindOf } from '../expression/Ref.js'
import type { OwnRow } from '../expression/Refs.js'
import type { Scope } from '../expression/Scope.js'
import { allRows, type AnyQueryset, type Queryset } from '../queryset/Queryset.js'
import { isExpr } from '../expression/toRef.js'
import { withRefs } from '../queryset/refs.js'
import { inputField, inputFields, type InputField } from '../serializers/inputFields.js'
import { limitsOf, type Limits } from '../serializers/read.js'
import type { FieldOverride, Override, Within } from './overrides.js'
import { checkedInput } from './readInput.js'
import type {
  AnySerializer,
  Check,
  RelatedAs,
  Refusal,
  Scoped,
  Serializer,
  SerializerField,
  FieldShape,
  WholeCheck,
} from './Serializer.js'
import type { InputWith, NamesOf, OutputWith } from './serializerTypes.js'
import type { StandardResult, StandardSchema } from './standard.js'

/**
 * Options of a serializer.
 *
 * - `fields`: the fields that the API reads and returns: a list, or `'all'` fields of the model, with those of
 *   `override`.
 * - `validate`: gets all sent values by the API's names, and the stored row. It returns the values, changed or not, or
 *   errors.
 * - `unknown`: `'refuse'` refuses unknown fields. By default they are ignored.
 *
 * @since 0.2.0
 */
export interface SerializerOptions<R, A, V, F> {
  readonly fields: F
  readonly override?: V & { readonly [N in keyof V]: Override<R, A> }
  readonly validate?:
    | ((
        values: { readonly [name: string]: unknown } & Partial<A>,
        row: A | null,
      ) => E.Either<Refusal, { readonly [name: string]: unknown }>)
    | StandardSchema
  readonly unknown?: 'ignore' | 'refuse'
}

/** No field is called so. */
type NoOverrides = Readonly<Record<'', never>>

/**
 * A serializer of a model: a value that describes the fields that an API reads and returns. The API returns only the
 * listed fields. It accepts only listed fields that aren't read-only, whatever a caller sends.
 *
 * A serializer is a Standard Schema: such validators check everything that doesn't need the backend. `InputOf` and
 * `OutputOf` are its types.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, field, schema } from 'queryset-ts'
 * import { serializer } from 'queryset-ts/rest'
 * const music = schema({ genre: { id: autoId, name: field.text({ maxLength: 10 }) } })
 * const genre = serializer(music.genre, {
 *   fields: ['id', 'name'],
 *   override: { name: { validate: (name: string) => name === 'polka' ? E.left('No polka.') : E.right(name) } },
 * })
 * console.log(await genre['~standard'].validate({ name: 'Rock' })) // => { value: { name: 'Rock' } }
 * const refused = await genre['~standard'].validate({ name: 'polka' })
 * console.log(refused.issues) // => [ { message: 'No polka.', path: [ 'name' ] } ]
 *
 * @since 0.2.0
 */
export const serializer = <
  R,
  A,
  M,
  const V extends { readonly [name: string]: Override<R, OwnRow<M>> } = NoOverrides,
  const F extends 'all' | ReadonlyArray<(keyof R & string) | (keyof V & string)> = 'all',
>(
  model: Queryset<R, A, M>,
  options: SerializerOptions<R, OwnRow<M>, V, F>,
): Serializer<
  InputWith<R, OwnRow<M>, M, V, NamesOf<F, OwnRow<M>, V>>,
  OutputWith<R, OwnRow<M>, V, NamesOf<F, OwnRow<M>, V>>
> => {
  const made = anySerializer(model, {
    fields: options.fields,
    override: options.override ?? {},
    checks: options.validate === undefined ? [] : [options.validate],
    unknown: options.unknown ?? 'ignore',
  })
  // The fields are those that the types tell.
  const whole: AnySerializer & StandardSchema = { ...made, '~standard': standardOf(made) }
  return whole as never
}

interface Given {
  readonly fields: 'all' | ReadonlyArray<string>
  readonly override: { readonly [name: string]: Override<never, never> }
  readonly checks: ReadonlyArray<WholeCheck | StandardSchema>
  readonly unknown: 'ignore' | 'refuse'
}

/** As `serializer`, of what the types have forgotten. @since 0.2.0 */
export const anySerializer = (queryset: AnyQueryset, given: Given): AnySerializer => {
  const model = queryset.schema.models.get(queryset.model) ?? noModel(queryset.model)
  const all = allRows(queryset.schema, queryset.model)
  // What is about no model has fields of its own only.
  const known = new Map(inputFields(model).map((field) => [field.name, field]))
  const names =
    given.fields === 'all' ? [...new Set([...model.fields, ...Object.keys(given.override)])] : given.fields
  const made = names.map((name) => {
    const own = Object.hasOwn(given.override, name) ? (given.override[name] ?? {}) : {}
    return fieldOf(all, model, known, name, own)
  })
  return {
    queryset: all,
    model,
    fields: made.flatMap((each) => (typeof each === 'string' ? [] : [each])),
    checks: given.checks,
    unknown: given.unknown,
    mistakes: made.filter((each) => typeof each === 'string'),
  }
}

type Known = ReadonlyMap<string, InputField>

/** A field, or why there is none. */
const fieldOf = (
  all: AnyQueryset,
  model: Model,
  known: Known,
  name: string,
  own: Override<never, never>,
): SerializerField | string => {
  if ('_tag' in own) {
    switch (own._tag) {
      case 'computed':
        return made(name, { _tag: 'computed', kind: kindOfCodec(own.codec), of: own.of })
      case 'expression':
        return made(name, { _tag: 'expression', kind: kindOfExpression(all, own.of), of: own.of })
      case 'self':
        return made(name, { _tag: 'self', view: own.view })
      default:
        return relatedField(model, known, name, own)
    }
  }
  const source = own.source ?? name
  const input = known.get(source) ?? inputField(model, source)
  if (input === null) return extraField(name, own)
  const shape = shapeOf(input, own, { _tag: 'key' })
  // A field under another name is told by that name.
  const label = own.label ?? (own.source === undefined ? input.label : labelOf(name))
  return {
    ...made(name, shape),
    source,
    input,
    readOnly: own.readOnly ?? !input.editable,
    writeOnly: own.writeOnly ?? false,
    required: own.readOnly === true ? false : (own.required ?? input.required),
    nullable: own.nullable ?? input.nullable,
    label,
    help: own.help ?? input.help,
    checks: checksOf(own),
  }
}

const made = (name: string, shape: FieldShape): SerializerField => ({
  name,
  source: null,
  input: null,
  shape,
  readOnly: true,
  writeOnly: false,
  required: false,
  nullable: false,
  label: labelOf(name),
  help: '',
  checks: [],
})

const checksOf = ({ validate, schema, codec }: FieldOverride): ReadonlyArray<Check | StandardSchema> => [
  ...(schema === undefined ? [] : [schema]),
  ...(codec === undefined ? [] : [standardOfCodec(codec)]),
  ...(validate === undefined ? [] : [validate]),
]

const shapeOf = (
  input: InputField,
  own: FieldOverride & { readonly within?: Within | null },
  as: RelatedAs,
): FieldShape => {
  const { column, relation } = input
  return relation !== null
    ? { _tag: 'related', relation, column, many: relation.many, as, within: scopedOf(own.within ?? null) }
    : { _tag: 'value', column: column as NonNullable<typeof column>, limits: tightened(column, own) } // one of both is there
}

const scopedOf = (within: Within | null): Scoped | null => within

const tightened = (column: InputField['column'], own: FieldOverride): Limits => {
  const limits =
    column === null
      ? { blank: false, maxLength: null, minLength: null, min: null, max: null }
      : limitsOf(column)
  const decimal = column?.kind === 'decimal'
  const limit = (given: number | undefined, usual: Json): Json =>
    given === undefined ? usual : decimal ? String(given) : given
  return {
    blank: own.blank ?? limits.blank,
    maxLength: own.maxLength ?? limits.maxLength,
    minLength: own.minLength ?? limits.minLength,
    min: limit(own.min, limits.min),
    max: limit(own.max, limits.max),
  }
}

const relatedField = (
  model: Model,
  known: Known,
  name: string,
  own: Extract<Override<never, never>, { readonly _tag: 'nested' | 'slug' | 'link' | 'text' }>,
): SerializerField | string => {
  const source = own.source ?? name
  const input = known.get(source) ?? inputField(model, source)
  if (input?.relation === undefined || input.relation === null)
    return `'${source}' is not a relation of ${model.name}`
  const as: RelatedAs =
    own._tag === 'nested'
      ? { _tag: 'nested', serializer: own.serializer as AnySerializer, write: own.write }
      : own._tag === 'slug'
        ? { _tag: 'slug', column: own.name }
        : own._tag === 'link'
          ? { _tag: 'link', view: own.name }
          : { _tag: 'text' }
  const readOnly = own._tag === 'text' || (own._tag === 'nested' ? own.write === null : !input.editable)
  return {
    ...made(name, shapeOf(input, { ...(own.within === null ? {} : { within: own.within }) }, as)),
    source,
    input,
    readOnly,
    required: !readOnly && input.required,
    nullable: input.nullable,
    label: input.label,
    help: input.help,
  }
}

/** A field that the model doesn't have: what a schema or codec takes, for checks and for the author's own use. */
const extraField = (name: string, own: FieldOverride): SerializerField | string => {
  const schema = own.schema ?? (own.codec === undefined ? undefined : standardOfCodec(own.codec))
  return schema === undefined
    ? `'${own.source ?? name}' is not a field`
    : {
        ...made(name, { _tag: 'extra', schema }),
        readOnly: false,
        writeOnly: true,
        required: own.required ?? true,
        nullable: own.nullable ?? false,
        label: own.label ?? labelOf(name),
        help: own.help ?? '',
        checks: own.validate === undefined ? [] : [own.validate],
      }
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['string', 'text'],
  ['number', 'float'],
  ['Int', 'int'],
  ['boolean', 'boolean'],
])

const kindOfCodec = ({ name }: t.Mixed): Kind | null => kinds.get(name) ?? null

/** The kind that an expression has, which its reference tells. */
const kindOfExpression = (all: AnyQueryset, of: (refs: never) => unknown): Kind =>
  either.match(
    (): Kind => 'text',
    (scope: Scope) =>
      option.getOrElse((): Kind => 'text')(
        option.tryCatch((): Kind => {
          const { returned } = withRefs(scope, of)
          return isExpr(returned) ? returned[kindOf] : 'text'
        }),
      ),
  )(all.scope)

/** An io-ts codec as a validator. @since 0.2.0 */
export const standardOfCodec = (codec: t.Mixed): StandardSchema => ({
  '~standard': {
    version: 1,
    vendor: 'io-ts',
    validate: (value) => {
      const decoded: E.Either<unknown, unknown> = codec.decode(value)
      return either.isRight(decoded)
        ? { value: decoded.right }
        : { issues: [{ message: `This is not ${codec.name}.` }] }
    },
  },
})

const standardOf = (made: AnySerializer): StandardSchema['~standard'] => ({
  version: 1,
  vendor: 'queryset-ts',
  validate: async (value): Promise<StandardResult<unknown>> => {
    const read = await checkedInput(made, { _tag: 'json', value })
    return either.isRight(read)
      ? { value: read.right }
      : {
          issues: Object.entries(read.left).flatMap(([field, problems]) =>
            problems.map(({ message }) => ({ message, ...(field === '' ? {} : { path: [field] }) })),
          ),
        }
  },
})
