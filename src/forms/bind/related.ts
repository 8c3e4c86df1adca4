/**
 * Keys of related rows that were posted: each is looked for among the rows that may be chosen, in one question for each
 * relation.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { keyColumn } from '../../query/Mutation.js'
import type { Client } from '../../client/Client.js'
import { keyedWith } from '../../run/write/writing.js'
import { parseKey } from '../fieldOf.js'
import type { FormField, Related } from '../FormField.js'
import { problem, type Problem } from '../Problem.js'
import type { Raw } from '../Widget.js'
import { keyText } from '../keyText.js'

type Read = E.Either<ReadonlyArray<Problem>, Json>

/** No form posts more keys of a relation. */
const mostKeys = 10_000

/** Where there are more choices than a page lists, keys are typed with commas between. */
const textsIn = ({ related }: FormField, raw: Raw): ReadonlyArray<string> =>
  raw === null || typeof raw === 'boolean'
    ? []
    : typeof raw === 'object'
      ? raw
      : related?.many === true || raw !== ''
        ? [raw]
        : []

const shortened = (text: string): string => text.slice(0, 100)

/**
 * The value of a relation's input.
 *
 * @since 0.2.0
 */
export const readRelated = async (
  client: Client,
  field: FormField,
  related: Related,
  raw: Raw,
): Promise<E.Either<QueryError, Read>> => {
  const texts = textsIn(field, raw)
  if (texts.length === 0)
    return E.right(field.required ? E.left([problem('required')]) : E.right(related.many ? [] : field.empty))
  const target = client.schema.models.get(related.model)
  const kind = target?.columns.get(target.primaryKey)?.kind ?? 'int'
  const code = related.many ? 'invalid_pk_value' : 'invalid_choice'
  if (target === undefined || texts.length > mostKeys) return E.right(E.left([problem('invalid_list')]))
  const keys: Array<Json> = []
  /* eslint-disable-next-line functional/no-loop-statements -- the first that can't be a key ends it */
  for (const text of texts) {
    const key = text === '' || text.includes('\0') ? null : parseKey(kind)(text)
    if (key === null || E.isLeft(key)) return E.right(E.left([problem(code, { value: shortened(text) })]))
    keys.push(key.right)
  }
  const own = hash(kind)
  const distinct = [...new Map(keys.map((key) => [own(key), key])).values()]
  const found = await keyedWith(client, related.rows, target, target.primaryKey, distinct)()
  return E.map((rows: ReadonlyArray<Row>): Read => {
    const there = new Set(rows.map((row) => own(row[keyColumn] ?? null)))
    // Of several, each has to be spelled as it is stored.
    const missing = texts.find(
      (text, i) => !there.has(own(keys[i] ?? null)) || (related.many && text !== keyText(keys[i] ?? null)),
    )
    if (missing !== undefined) return E.left([problem('invalid_choice', { value: shortened(missing) })])
    return E.right(related.many ? distinct : (distinct[0] ?? null))
  })(found)
}
