/** Rows as a table of text, for people at a terminal. */
import stringWidth from 'string-width'

/** How text is dressed: each gives it back as it is where there are no colours. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

interface Column {
  readonly name: string
  readonly numeric: boolean
  readonly cells: ReadonlyArray<ReadonlyArray<string>>
}

const gap = '  '
const least = 8

/** The lines of a table of at most `width` columns of text; cells that are too long end in `…`. */
export const table = (rows: ReadonlyArray<unknown>, width: number, style: Style): ReadonlyArray<string> => {
  const records = rows.map(recordOf)
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const columns = names.map((name) =>
    columnOf(
      name,
      records.map((record) => record[name]),
    ),
  )
  const widths = fitted(
    columns.map(({ name, cells }) =>
      Math.max(stringWidth(name), ...cells.flat().map((cell) => stringWidth(cell))),
    ),
    columns.map(({ numeric }) => numeric),
    width,
  )
  const line = (texts: ReadonlyArray<string>) =>
    columns
      .map(({ numeric }, i) => padded(texts[i] ?? '', widths[i] ?? 0, numeric))
      .join(gap)
      .trimEnd()
  return [
    style.bold(line(names)),
    style.dim(widths.map((each) => '─'.repeat(each)).join(gap)),
    ...records.flatMap((_, i) => {
      const own = columns.map(({ cells }) => cells[i] ?? [])
      const height = Math.max(1, ...own.map(({ length }) => length))
      return Array.from({ length: height }, (__, at) => line(own.map((lines) => lines[at] ?? '')))
    }),
  ]
}

/** A row by column name, those of a row within it under both names; a value on its own is a column `value`. */
const recordOf = (row: unknown): { readonly [name: string]: unknown } =>
  isRecord(row)
    ? Object.fromEntries(Object.entries(row).flatMap(([name, each]) => flat(name, each)))
    : { value: row }

const flat = (name: string, value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  isRecord(value)
    ? Object.entries(value).flatMap(([inner, each]) => flat(`${name}.${inner}`, each))
    : [[name, value]]

const isRecord = (u: unknown): u is object => typeof u === 'object' && u !== null && !Array.isArray(u)

const number = /^-?\d+(?:\.\d+)?$/u

const columnOf = (name: string, values: ReadonlyArray<unknown>): Column => {
  const texts = values.map(linesOf)
  const there = texts.filter((_, i) => values[i] !== null && values[i] !== undefined).flat()
  if (there.length === 0 || !there.every((text) => number.test(text)))
    return { name, numeric: false, cells: texts }
  // Points stand under each other.
  const places = Math.max(...there.map((text) => (text.split('.')[1] ?? '').length))
  return {
    name,
    numeric: true,
    cells: texts.map((lines) =>
      lines.map((text) => {
        if (!number.test(text) || places === 0) return text
        const [whole = '', fraction] = text.split('.')
        return fraction === undefined ? whole + ' '.repeat(places + 1) : `${whole}.${fraction.padEnd(places)}`
      }),
    ),
  }
}

/** A list has a line for each of its members. */
const linesOf = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.map((each: unknown) => textOf(each)) : [textOf(value)]

const textOf = (value: unknown): string => {
  if (value === undefined) return ''
  if (Array.isArray(value)) return `[${value.map((each: unknown) => textOf(each)).join(', ')}]`
  if (isRecord(value))
    return `{ ${Object.entries(value)
      .map(([name, each]) => `${name}: ${textOf(each)}`)
      .join(', ')} }`
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\p{Cc}/gu, ' ')
}

/** The widest columns of text are made narrower, until all fit. */
const fitted = (
  widths: ReadonlyArray<number>,
  fixed: ReadonlyArray<boolean>,
  width: number,
): ReadonlyArray<number> => {
  const total = widths.reduce((sum, each) => sum + each, gap.length * (widths.length - 1))
  const widest = Math.max(...widths.filter((each, i) => fixed[i] !== true && each > least), 0)
  return total <= width || widest === 0
    ? widths
    : fitted(
        widths.map((each, i) =>
          i === widths.findIndex((w, j) => fixed[j] !== true && w === widest) ? each - 1 : each,
        ),
        fixed,
        width,
      )
}

const padded = (text: string, width: number, right: boolean): string => {
  const short = cut(text, width)
  const space = ' '.repeat(Math.max(0, width - stringWidth(short)))
  return right ? space + short : short + space
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** A text of at most `width` columns; what was cut off shows as `…`. */
export const cut = (text: string, width: number): string => {
  if (stringWidth(text) <= width) return text
  const whole = [...graphemes.segment(text)].map(({ segment }) => segment)
  const kept = whole.reduce<{ readonly text: string; readonly full: boolean }>(
    (so, each) =>
      so.full || stringWidth(so.text + each) > width - 1
        ? { ...so, full: true }
        : { text: so.text + each, full: false },
    { text: '', full: false },
  )
  return `${kept.text.trimEnd()}…`
}

/** A line broken at its spaces, what goes on in the next lines indented by `hang` more than it. */
export const wrap = (line: string, width: number, hang: number): ReadonlyArray<string> => {
  const indent = ' '.repeat(/^ */u.exec(line)?.[0].length ?? 0)
  const next = indent + ' '.repeat(hang)
  return line
    .trimStart()
    .split(' ')
    .reduce<ReadonlyArray<string>>((lines, word) => {
      const last = lines.at(-1)
      if (last === undefined) return [indent + word]
      return stringWidth(`${last} ${word}`) <= width
        ? [...lines.slice(0, -1), `${last} ${word}`]
        : [...lines, next + word]
    }, [])
}
