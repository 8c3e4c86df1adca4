/**
 * Turns programs into promises that reject, for scripts and tests.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'

/**
 * The error that `unwrap` rejects with: an `Error` whose `error` is the tagged one, whose `name` is its tag, and whose
 * `message` is its message and hint.
 *
 * @since 0.2.0
 */
export interface UnwrappedError<L = unknown> extends Error {
  readonly error: L
}

/**
 * Runs a program and returns a promise of its result. If the result is a `Left`, the promise rejects with an
 * `UnwrappedError`. Use it in scripts, tests and code that works with exceptions. Elsewhere, run the program and look
 * at the `Either`.
 *
 * @example
 * import { autoId, field, get, pipe, schema, toArray, unwrap } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] })
 * console.log(await unwrap(pipe(models.genre, toArray(client)))) // => [ { id: 1, name: 'Rock' } ]
 *
 * @example
 * import { autoId, get, isUnwrapped, pipe, schema, unwrap } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * await unwrap(pipe(models.genre, get(memory(models, {})))).catch((error: unknown) => {
 *   if (isUnwrapped(error)) console.log(error.name) // => NotFound
 * })
 *
 * @since 0.2.0
 */
export const unwrap = async <L, A>(program: TE.TaskEither<L, A>): Promise<A> => {
  const given: unknown = program
  if (typeof given !== 'function')
    return reject({ _tag: 'InvalidProgram', message: 'what was given is not a program' })
  const result = await program()
  return E.isRight(result) ? result.right : reject(result.left)
}

/** Throwing is the purpose of this function. */
const reject = (error: unknown): never => {
  const { _tag = 'Error', message = 'the program failed', hint } = readable(error)
  const made = new Error([message, hint].filter((text) => typeof text === 'string').join('\n'), {
    cause: error,
  })
  /* eslint-disable-next-line functional/no-throw-statements -- scripts and tests ask for it */
  throw Object.assign(made, { name: _tag, error })
}

const readable = (
  u: unknown,
): { readonly _tag?: string; readonly message?: string; readonly hint?: string } => {
  const { _tag, message, hint } =
    typeof u === 'object' && u !== null
      ? (u as { readonly [name: string]: unknown }) // only read
      : { message: String(u) }
  return {
    ...(typeof _tag === 'string' ? { _tag } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
  }
}

/**
 * Whether a caught value is an error of `unwrap`.
 *
 * @example
 * import { autoId, get, isUnwrapped, schema, unwrap } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ genre: { id: autoId } })
 * const caught: unknown = await unwrap(get(memory(music, {}))(music.genre)).catch((error: unknown) => error)
 * console.log(isUnwrapped(caught) && caught.name) // => NotFound
 *
 * @since 0.2.0
 */
export const isUnwrapped = (u: unknown): u is UnwrappedError => u instanceof Error && 'error' in u
