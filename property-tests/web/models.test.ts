/** The models of the recorded web cases hold what the recorded models say, and take their rows. */
import { existsSync } from 'node:fs'
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { checkSchema, schemaOf, textOf, toArray, type Json } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { webCases, webFixtures, webModels } from './models.js'

const kinds: { readonly [kind: string]: string } = {
  AutoField: 'int',
  BooleanField: 'boolean',
  CharField: 'text',
  DateField: 'date',
  DateTimeField: 'datetime',
  DecimalField: 'decimal',
  DurationField: 'duration',
  FloatField: 'float',
  GenericIPAddressField: 'text',
  IntegerField: 'int',
  JSONField: 'json',
  PositiveSmallIntegerField: 'int',
  SlugField: 'text',
  TextField: 'text',
  TimeField: 'time',
  UUIDField: 'uuid',
}

interface RecordedField {
  readonly name: string
  readonly kind: string
  readonly label: string
  readonly null?: boolean
  readonly blank?: boolean
  readonly unique?: boolean
  readonly editable?: boolean
  readonly max_length?: number
  readonly max_digits?: number
  readonly decimal_places?: number
  readonly choices?: ReadonlyArray<
    readonly [string | number, string | ReadonlyArray<readonly [string, string]>]
  >
  readonly help_text?: string
  readonly to?: string
}

interface RecordedModel {
  readonly fields: ReadonlyArray<RecordedField>
  readonly ordering?: ReadonlyArray<string>
}

const capitalised = (label: string): string => `${label.slice(0, 1).toUpperCase()}${label.slice(1)}`

describe('the models of the web cases', () => {
  const models = webModels()

  it('make a schema without mistakes', () => {
    expect(E.isRight(checkSchema(models))).to.equal(true)
  })

  const there = existsSync(webCases())
  ;(there ? it : it.skip)('say of each field what is recorded', () => {
    const { models: recorded } = webFixtures()
    Object.entries(recorded).forEach(([name, json]) => {
      // As the fixtures' README describes it.
      const { fields, ordering = [] } = json as unknown as RecordedModel
      const model = schemaOf(models).models.get(name)
      expect(model?.fields, name).to.deep.equal(fields.map((field) => field.name))
      expect(
        model?.ordering.map(({ column, descending }) => `${descending ? '-' : ''}${column}`),
      ).to.deep.equal(ordering)
      fields.forEach((field) => {
        const at = `${name}.${field.name}`
        const seen = model?.columns.get(field.name) ?? model?.relations.get(field.name)
        expect(seen?.label, at).to.equal(capitalised(field.label))
        expect(seen?.help, at).to.equal(field.help_text ?? '')
        expect(seen?.editable, at).to.equal(field.editable ?? true)
        const column = model?.columns.get(field.name)
        if (column === undefined) {
          expect(field.kind).to.equal('ManyToManyField')
          return
        }
        if (field.to === undefined) expect(column.kind, at).to.equal(kinds[field.kind])
        else expect(column.target, at).to.equal(field.to)
        expect(column.nullable, at).to.equal(field.null ?? false)
        expect(column.unique, at).to.equal(field.unique ?? false)
        if (!column.auto) expect(column.blank, at).to.equal(field.blank ?? false)
        if (field.kind.endsWith('CharField')) expect(column.field.maxLength, at).to.equal(field.max_length)
        expect(column.field.maxDigits, at).to.equal(field.max_digits ?? null)
        expect(column.field.decimalPlaces, at).to.equal(field.decimal_places ?? null)
        const groups = column.field.choiceGroups?.flatMap(({ label, choices }): ReadonlyArray<Json> => {
          const pairs = choices.map(({ value, label: own }) => [value, own])
          return label === null ? pairs : [[label, pairs]]
        })
        expect(groups ?? null, at).to.deep.equal(field.choices ?? null)
      })
    })
  })
  ;(there ? it : it.skip)('take the recorded rows, and show them as is recorded', async () => {
    const { rows } = webFixtures()
    const client = memory(models, rows as Parameters<typeof memory<typeof models>>[1])
    const releases = await toArray(client)(models.release)()
    expect(releases._tag).to.equal('Right')
    if (E.isLeft(releases)) return
    expect(releases.right.map(({ length }) => length)).to.include('-1 23:59:59')
    const [release, profile] = ['release', 'profile'].map((name) => schemaOf(models).models.get(name))
    expect(release === undefined ? null : textOf(release, releases.right[0] ?? {})).to.equal(
      'The Joshua Tree',
    )
    expect(profile === undefined ? null : textOf(profile, { id: 1 })).to.equal('Profile object (1)')
  })
})
