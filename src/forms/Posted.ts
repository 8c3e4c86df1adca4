/**
 * The data that a browser posts: for each name, the texts with that name, in order.
 *
 * @since 0.2.0
 */

/** @since 0.2.0 */
export interface Posted {
  readonly texts: (name: string) => ReadonlyArray<string>
}

/**
 * The argument of `bind`: a `FormData`, a `URLSearchParams`, or a record of texts and lists of texts.
 *
 * @since 0.2.0
 */
export type PostedInput =
  FormData | URLSearchParams | { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/**
 * Reads posted data. Files, and other values that aren't text, are ignored. Any value other than a `PostedInput` has no
 * names.
 *
 * @since 0.2.0
 */
export const postedOf = (given: PostedInput): Posted => {
  const found = new Map<string, Array<string>>()
  const add = (name: string, value: unknown): void => {
    if (typeof value !== 'string') return
    // A browser's form has no half characters either.
    const text = value.replace(/\p{Cs}/gu, '\ufffd')
    const there = found.get(name)
    if (there === undefined) found.set(name, [text])
    else there.push(text)
  }
  entriesOf(given).forEach(([name, value]) => {
    if (Array.isArray(value))
      value.forEach((each) => {
        add(name, each)
      })
    else add(name, value)
  })
  return { texts: (name) => found.get(name) ?? [] }
}

const entriesOf = (given: unknown): ReadonlyArray<readonly [string, unknown]> => {
  try {
    if (typeof given !== 'object' || given === null) return []
    return given instanceof FormData || given instanceof URLSearchParams
      ? [...given.entries()]
      : Object.entries(given)
  } catch {
    // A property access can throw.
    return []
  }
}

/**
 * The last text with a name, or `null` if there is none.
 *
 * @since 0.2.0
 */
export const lastOf = (posted: Posted, name: string): string | null => posted.texts(name).at(-1) ?? null

/**
 * Posted data without any names.
 *
 * @since 0.2.0
 */
export const nothingPosted: Posted = { texts: () => [] }
