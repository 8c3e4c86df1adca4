/**
 * Finds out what must be written for a changed store.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, invalid, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { valuesOf } from '../../schema/Schema.js'
import { decodeRow } from '../../query/shape.js'
import { danglingOf, differenceOf as compared } from '../../engine/Links.js'
import type { Store } from '../../engine/Store.js'
import type { NewFile } from './commit.js'
import { noLetters, respelled, type Letters } from './letters.js'
import type { HeldFile, FolderLoad } from './Load.js'
import { deletion, largest, type Content } from './readRows.js'

/**
 * The contents to write, the keys to store if they have changed, and the new state in memory: the store, and the
 * content of each changed file.
 *
 * @since 0.1.0
 */
export interface FileChanges {
  readonly contents: ReadonlyArray<NewFile>
  readonly greatest: ReadonlyMap<string, number> | null
  readonly store: Store
  readonly changed: ReadonlyMap<string, Content>
}

/**
 * The changes of a model's rows.
 */
interface FileDifference {
  readonly held: HeldFile
  readonly put: ReadonlyArray<Row>
  readonly gone: ReadonlyArray<Json>
  readonly rows: ReadonlyArray<Row>
  readonly letters: Letters
}

/**
 * The changes from one store to another. Rows that couldn't be read again aren't written: a row that doesn't fit its
 * model is `Invalid`. A foreign key that would lead nowhere is a `Conflict`, unless it leads to a model that is
 * `elsewhere`.
 *
 * @since 0.1.0
 */
export const changesOf = (
  load: FolderLoad,
  before: Store,
  after: Store,
  elsewhere: ReadonlySet<string>,
): E.Either<QueryError, FileChanges> => {
  const found = E.traverseArray((held: HeldFile) => differenceOf(held, before, after))(load.held)
  if (E.isLeft(found)) return found
  const differences = found.right.filter(({ put, gone }) => put.length + gone.length > 0)
  const rows = new Map([
    ...after.rows,
    ...differences.map(({ held, rows: own }) => [held.found.model.name, own] as const),
  ])
  const loose = danglingOf(
    after.schema,
    rows,
    new Map(differences.map((each) => [each.held.found.model.name, each])),
    elsewhere,
  )
  if (loose !== null) return E.left(loose)
  const written = differences.map((each) => ({ name: each.held.found.model.name, ...writtenOf(each) }))
  const huge = written.find(({ written: { bytes, from } }) => (from ?? 0) + bytes.length > largest)
  if (huge !== undefined)
    return E.left(
      clientFailed(huge.client, 'writing', null, {
        message: `${huge.written.file} would be larger than 256 MiB; nothing was written`,
        hint: 'Put so many rows into a database.',
      }),
    )
  return E.right({
    contents: written.map((each) => each.written),
    greatest: rememberedOf(load, after, rows),
    store: { ...after, rows },
    changed: new Map(written.map(({ name, content }) => [name, content])),
  })
}

const differenceOf = (held: HeldFile, before: Store, after: Store): E.Either<QueryError, FileDifference> => {
  const { model, shape } = held.found
  const [old, now] = [before.rows.get(model.name) ?? [], after.rows.get(model.name) ?? []]
  if (old === now) return E.right({ held, put: [], gone: [], rows: now, letters: noLetters })
  const { put, gone } = compared(model, old, now)
  const decoded = new Map<Row, Row>()
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (const [item, row] of put.entries()) {
    const result = decodeRow(shape, row)
    if (E.isLeft(result)) {
      const { path, expected, actual } = result.left
      const message = `expected ${expected}, got ${actual}`
      return E.left(
        invalid(model.name, [
          { item, field: path === '' ? null : path, code: 'invalid', params: {}, message },
        ]),
      )
    }
    decoded.set(row, result.right)
  }
  return E.right({
    held,
    put: [...decoded.values()],
    gone,
    rows: put.length === 0 ? now : now.map((row) => decoded.get(row) ?? row),
    letters: lettersAfter(held, old, [...decoded.values()], gone),
  })
}

/** The texts to keep after a change. The changed parts are written again. */
const lettersAfter = (
  { content, found: { model } }: HeldFile,
  old: ReadonlyArray<Row>,
  put: ReadonlyArray<Row>,
  gone: ReadonlyArray<Json>,
): Letters => {
  const before = E.isRight(content) ? (content.right.letters ?? noLetters) : noLetters
  if (before.size === 0) return before
  const key = valuesOf(model, [model.primaryKey])
  const changed = new Map(put.map((row) => [key(row), row]))
  const letters = new Map(before)
  gone.forEach((each) => letters.delete(key({ [model.primaryKey]: each })))
  // A row that didn't exist before has no text to keep.
  changed.forEach((_, id) => letters.delete(id))
  old.forEach((row) => {
    const [text, now] = [before.get(key(row)), changed.get(key(row))]
    if (text !== undefined && now !== undefined) letters.set(key(row), respelled(text, row, now))
  })
  return letters
}

/** How a difference is written, and the content of the file after that. */
const writtenOf = ({
  held,
  put,
  gone,
  rows,
  letters,
}: FileDifference): { readonly client: string; readonly written: NewFile; readonly content: Content } => {
  const { client, model, form, there, size, mode } = held.found
  const key = valuesOf(model, [model.primaryKey])
  const textOf = (row: Row): string => letters.get(key(row)) ?? JSON.stringify(row)
  const file = `${model.name}.${form}`
  const known = E.isRight(held.content) ? held.content.right : null
  const encoded = (text: string) => new TextEncoder().encode(text)
  if (form === 'json')
    return {
      client,
      written: { file, from: null, mode, bytes: encoded(list(rows.map(textOf))) },
      content: { rows, lines: 0, ended: true, letters },
    }
  const lines = (known?.lines ?? 0) + put.length + gone.length
  // Outdated lines may take up half of a log.
  return there && known !== null && lines - rows.length <= lines / 2
    ? {
        client,
        written: {
          file,
          from: Number(size),
          mode,
          bytes: encoded(
            (known.ended ? '' : '\n') +
              log(put.map(textOf)) +
              gone.map((key) => `{"${deletion}":${JSON.stringify(key)}}\n`).join(''),
          ),
        },
        content: { rows, lines, ended: true, letters },
      }
    : {
        client,
        written: { file, from: null, mode, bytes: encoded(log(rows.map(textOf))) },
        content: { rows, lines: rows.length, ended: true, letters },
      }
}

const list = (rows: ReadonlyArray<string>): string =>
  rows.length === 0 ? '[]\n' : `[\n${rows.map((row) => `  ${row}`).join(',\n')}\n]\n`

const log = (rows: ReadonlyArray<string>): string => rows.map((row) => `${row}\n`).join('')

/** The key of a deleted row is stored, so that it isn't given again. */
const rememberedOf = (
  { state }: FolderLoad,
  { schema, greatest }: Store,
  rows: ReadonlyMap<string, ReadonlyArray<Row>>,
): ReadonlyMap<string, number> | null => {
  const more = [...schema.models.values()].flatMap(
    ({ name, primaryKey, columns }): ReadonlyArray<readonly [string, number]> => {
      const key = greatest.get(name) ?? 0
      const last = rows.get(name)?.at(-1)?.[primaryKey]
      return columns.get(primaryKey)?.auto === true &&
        key > (typeof last === 'number' ? last : 0) &&
        key > (state.greatest.get(name) ?? 0)
        ? [[name, key]]
        : []
    },
  )
  return more.length === 0 ? null : new Map([...state.greatest, ...more])
}
