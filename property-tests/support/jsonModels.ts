/** What the processes write that the JSON client's tests start, and what it has to be after each write. */
import { taskEither as TE } from 'fp-ts'
import { autoId, belongsTo, field, schema, toArray } from 'queryset-ts'
import type { QueryError, Row, WritableClient } from 'queryset-ts'
import type { json } from 'queryset-ts/json'

export const models = schema({
  // One row each, which the writes of one file, and those of several, count up.
  tick: { id: autoId, n: field.int() },
  total: { id: autoId, n: field.int() },
  entry: { id: autoId, n: field.int(), text: field.text() },
  line: { id: autoId, n: field.int(), entry: belongsTo('entry', { relatedName: 'lines' }) },
})

export type Told = ReturnType<typeof json>

/** How many entries are kept: older ones go when new ones come. */
export const kept = 7

/** What the folder holds after the first `n` writes, as JSON. The keys tell that none was given twice. */
export const stateAfter = (n: number): string => {
  const writes = Array.from({ length: n }, (_, i) => i + 1)
  const [many, one] = [writes.filter((i) => i % 3 !== 0), writes.filter((i) => i % 3 === 0)]
  const ids = many.map((_, i) => i + 1).slice(-kept)
  return JSON.stringify({
    tick: [{ id: 1, n: one.at(-1) ?? 0 }],
    total: [{ id: 1, n: many.at(-1) ?? 0 }],
    entry: ids.map((id) => ({ id, n: many[id - 1] ?? 0, text: textOf(many[id - 1] ?? 0) })),
    line: ids.map((id) => ({ id, n: many[id - 1] ?? 0, entry: id })),
  })
}

/** Of all lengths, beyond ASCII, and with what JSON escapes. */
const textOf = (n: number): string => `${String(n)} "é\n🎵" `.repeat((n * 37) % 101)

/** The write of number `n`: of one file, or of four at once. */
export const writeOf =
  (n: number) =>
  (client: Told): TE.TaskEither<QueryError, unknown> =>
    n % 3 === 0
      ? client.update('tick', 1, { n })
      : client.transaction((inside: WritableClient) => async () => {
          const draft = inside as Told
          const made = await draft.create('entry', { n, text: textOf(n) })()
          if (made._tag === 'Left') return made
          const id = Number(made.right['id'])
          await draft.create('line', { n, entry: id })()
          await draft.update('total', 1, { n })()
          await draft.delete('line', id - kept)()
          return draft.delete('entry', id - kept)()
        })

/** The first rows, as files. */
export const files: { readonly [name: string]: string } = {
  'tick.json': '[{"id": 1, "n": 0}]\n',
  'total.json': '[{"id": 1, "n": 0}]\n',
  'line.ndjson': '',
}

/** Adds one to the total and makes an entry, in one transaction. */
export const increment = (client: Told, text: string): TE.TaskEither<QueryError, number> =>
  client.transaction((inside: WritableClient) => async () => {
    const draft = inside as Told
    const made = await draft.create('entry', { n: 0, text })()
    if (made._tag === 'Left') return made
    const { id } = made.right as Row & { readonly id: number }
    const read = await toArray(inside)(models.total)()
    if (read._tag === 'Left') return read
    const n = (read.right[0]?.n ?? 0) + 1
    const written = await draft.update('total', 1, { n })()
    if (written._tag === 'Left') return written
    return TE.right(id)()
  })
