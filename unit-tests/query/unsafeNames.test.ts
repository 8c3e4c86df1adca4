/**
 * A query from elsewhere can't give rows another prototype. Found: a column called `__proto__`, whose object became the
 * prototype of each row.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { autoId, fold, schema, type Query } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const models = schema({ note: { id: autoId } })

const named = {
  name: '__proto__',
  expression: { _tag: 'const', kind: 'json', value: { admin: true } },
} as const

const parts: { readonly [part: string]: Partial<Query> } = {
  annotations: { annotations: [named] },
  columns: { columns: [named] },
  keys: { group: { keys: [named], aggregates: [] } },
}

describe('a column called __proto__', () => {
  for (const [part, changed] of Object.entries(parts))
    it(`is refused in the ${part} of a query`, async () => {
      const plain = fold(models.note)
      if (E.isLeft(plain)) throw new Error('the query is sound')
      const answer = await memory(models, { note: [{ id: 1 }] }).list({ ...plain.right, ...changed })()
      expect(E.isLeft(answer) && answer.left).to.include({ _tag: 'InvalidField', path: '__proto__' })
    })
})
