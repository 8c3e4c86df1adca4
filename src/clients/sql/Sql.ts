/**
 * SQL as a value: text and its parameter values, kept apart. Only this file concatenates text.
 *
 * Fragments are created by the `sql` template, whose literal parts are in the source, by `ident`, which quotes a
 * checked name, and by `param`, which keeps a value apart from the text. All input goes through one of the last two.
 *
 * @since 0.2.0
 */

/**
 * The values that a parameter can have. Only PostgreSQL's arrays use lists.
 *
 * @since 0.2.0
 */
export type SqlValue = null | string | number | bigint | boolean | Uint8Array | ReadonlyArray<SqlValue>

/**
 * A fragment of SQL. It is immutable. `render` turns it into text.
 *
 * @since 0.2.0
 */
export type Sql = Text | Param | Parts | Refused

interface Text {
  readonly _tag: 'text'
  readonly text: string
}

interface Param {
  readonly _tag: 'param'
  readonly value: ParamValue
}

interface Refused {
  readonly _tag: 'refused'
  readonly what: string
}

interface Parts {
  readonly _tag: 'parts'
  readonly parts: ReadonlyArray<Sql>
}

/**
 * The value of a parameter: a value for the driver, or the time at which the statement runs.
 *
 * @since 0.2.0
 */
export type ParamValue =
  | { readonly _tag: 'value'; readonly value: SqlValue }
  | { readonly _tag: 'now'; readonly spell: (now: string) => SqlValue }

/**
 * How an engine marks its parameters: `$1` or `?`.
 *
 * @since 0.2.0
 */
export type Placeholder = 'dollar' | 'question'

/**
 * A statement for a driver: its text, and the values of its parameters in order. `refused` describes a part that can't
 * be expressed, if there is one. Such a statement isn't run.
 *
 * @since 0.2.0
 */
export interface Statement {
  readonly text: string
  readonly params: ReadonlyArray<ParamValue>
  readonly unspellable: string | null
}

/**
 * A fragment of literal text with fragments in it. It takes no values: these go through `param`. For example,
 * `render('dollar', sql`${ident('"', 'name')} = ${param('Rock')}`)` has the text `"name" = $1`.
 *
 * @since 0.2.0
 */
export const sql = (literals: TemplateStringsArray, ...fragments: ReadonlyArray<Sql>): Sql => {
  const parts: Array<Sql> = []
  literals.forEach((literal, i) => {
    if (literal !== '') parts.push({ _tag: 'text', text: literal })
    const fragment = fragments[i]
    if (fragment !== undefined) parts.push(fragment)
  })
  const [only] = parts
  return only !== undefined && parts.length === 1 ? only : { _tag: 'parts', parts }
}

/**
 * No text.
 *
 * @since 0.2.0
 */
export const nothing: Sql = { _tag: 'text', text: '' }

/**
 * The character around a quoted name. It is doubled inside the name.
 *
 * @since 0.2.0
 */
export type Quote = '"' | '`'

/**
 * Whether an engine can have something of this name: no NUL, no half of a surrogate pair, and not longer than the 63 bytes
 * that PostgreSQL keeps of a name.
 *
 * @since 0.2.0
 */
export const isName = (name: string, quote: Quote = '"'): boolean =>
  name !== '' &&
  // MariaDB and MySQL know no others in names, and no white space at their end.
  (quote === '"' || !/[^\0-\uffff]|[\t-\r]$/u.test(name)) &&
  !name.includes('\0') &&
  !/\p{Surrogate}/u.test(name) &&
  !name.endsWith(' ') &&
  new TextEncoder().encode(name).length <= 63

/**
 * A quoted name. A text that can't be a name (see `isName`) becomes a name that doesn't exist, so it can't become
 * another name.
 *
 * @since 0.2.0
 */
export const ident = (quote: Quote, name: string): Sql => ({
  _tag: 'text',
  text: `${quote}${(isName(name, quote) ? name : `no name ${hashOf(name)}`).replaceAll(quote, quote + quote)}${quote}`,
})

const hashOf = (name: string): string =>
  [...name].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 0xffffffff, 7).toString(16)

/**
 * One of our own names: a letter and a number.
 *
 * @since 0.2.0
 */
export const numbered = (letter: 't' | 'c' | 'k' | 's' | 'v', number: number): Sql => ({
  _tag: 'text',
  text: `${letter}${String(number)}`,
})

/**
 * A whole number in the text itself, where an engine takes no parameter.
 *
 * @since 0.2.0
 */
export const natural = (number: number): Sql => ({
  _tag: 'text',
  text: Number.isSafeInteger(number) ? String(number) : 'null',
})

/**
 * A word of ours as a literal: letters, digits, `_`, `:` and `-` only; anything else becomes an empty one.
 *
 * @since 0.2.0
 */
export const word = (text: string): Sql => ({
  _tag: 'text',
  text: /^[\w:-]*$/u.test(text) ? `'${text}'` : `''`,
})

/**
 * A value beside the text.
 *
 * @since 0.2.0
 */
export const param = (value: SqlValue): Sql => ({ _tag: 'param', value: { _tag: 'value', value } })

/**
 * The time at which the statement runs, as a parameter.
 *
 * @since 0.2.0
 */
export const nowParam = (spell: (now: string) => SqlValue): Sql => ({
  _tag: 'param',
  value: { _tag: 'now', spell },
})

/**
 * Stands for a part that can't be expressed. A statement with it is refused.
 *
 * @since 0.2.0
 */
export const refused = (what: string): Sql => ({ _tag: 'refused', what })

/**
 * Fragments with a separator between them.
 *
 * @since 0.2.0
 */
export const join = (fragments: ReadonlyArray<Sql>, separator: Sql = comma): Sql => ({
  _tag: 'parts',
  parts: fragments.flatMap((fragment, i) => (i === 0 ? [fragment] : [separator, fragment])),
})

const comma: Sql = { _tag: 'text', text: ', ' }

/**
 * Fragments joined by a binary operator as a balanced tree: engines limit how deep an expression may be.
 *
 * @since 0.2.0
 */
export const balanced = (fragments: ReadonlyArray<Sql>, operator: Sql): Sql => {
  const [first] = fragments
  if (first === undefined) return nothing
  if (fragments.length === 1) return first
  const half = fragments.length >> 1
  return sql`(${balanced(fragments.slice(0, half), operator)}${operator}${balanced(fragments.slice(half), operator)})`
}

/**
 * The statement for a fragment.
 *
 * @since 0.2.0
 */
export const render = (style: Placeholder, root: Sql): Statement => {
  const text: Array<string> = []
  const params: Array<ParamValue> = []
  const unsaid: Array<string> = []
  const pending: Array<Sql> = [root]
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    switch (top._tag) {
      case 'text':
        text.push(top.text)
        break
      case 'refused':
        unsaid.push(top.what)
        break
      case 'param':
        params.push(top.value)
        text.push(style === 'question' ? '?' : `$${String(params.length)}`)
        break
      case 'parts':
        /* eslint-disable-next-line functional/no-loop-statements -- as above, backwards */
        for (let i = top.parts.length - 1; i >= 0; i--) {
          const part = top.parts[i]
          if (part !== undefined) pending.push(part)
        }
    }
  }
  return { text: text.join(''), params, unspellable: unsaid[0] ?? null }
}

/**
 * The text of a statement without parameters.
 *
 * @since 0.2.0
 */
export const textOf = (root: Sql): string => render('question', root).text

/**
 * The text of a statement that inserts so many rows of so many parameters. `into` says where.
 *
 * @since 0.2.0
 */
export const insertText = (into: Sql, columns: number, rows: number): string => {
  const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`
  return `${textOf(into)} values ${row}${`, ${row}`.repeat(rows - 1)}`
}

/**
 * The text of a statement that opens a cursor of PostgreSQL for a query, of which it is given the text. With `hold`, the
 * cursor outlives its transaction.
 *
 * @since 0.2.0
 */
export const declaring = (cursor: Sql, hold: boolean, query: string): string =>
  textOf(sql`declare ${cursor} no scroll cursor ${hold ? sql`with hold ` : nothing}for `) + query

/**
 * A statement as the pieces of text around its parameters: one more than there are parameters.
 *
 * @since 0.2.0
 */
export const piecesOf = (
  root: Sql,
): { readonly texts: ReadonlyArray<string>; readonly params: ReadonlyArray<ParamValue> } => {
  const texts: Array<string> = ['']
  const params: Array<ParamValue> = []
  const pending: Array<Sql> = [root]
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    if (top._tag === 'parts') [...top.parts].reverse().forEach((part) => pending.push(part))
    else if (top._tag === 'text') texts.push((texts.pop() ?? '') + top.text)
    else if (top._tag === 'param') {
      params.push(top.value)
      texts.push('')
    }
  }
  return { texts, params }
}

/**
 * The values of a statement's parameters at a given time.
 *
 * @since 0.2.0
 */
export const valuesAt = (params: ReadonlyArray<ParamValue>, now: string): ReadonlyArray<SqlValue> =>
  params.map((each) => valueAt(each, now))

/**
 * The value of a parameter at a given time.
 *
 * @since 0.2.0
 */
export const valueAt = (param: ParamValue, now: string): SqlValue =>
  param._tag === 'now' ? param.spell(now) : param.value

/**
 * The amount of text in a fragment, in pieces, counted up to a limit.
 *
 * @since 0.2.0
 */
export const sizeOf = (root: Sql, limit: number): number => {
  const pending: Array<Sql> = [root]
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let size = 0
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined && size < limit; top = pending.pop()) {
    if (top._tag === 'parts') pending.push(...top.parts)
    else size += 1
  }
  return size
}

/**
 * The statement that asks an engine how it would run another one.
 *
 * @since 0.2.0
 */
export const explaining = (
  how: 'explain' | 'explain query plan' | 'explain format=json' | 'explain format=tree',
  { text }: Statement,
): string => `${how} ${text}`
