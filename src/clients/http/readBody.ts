/**
 * Reads bodies, up to a limit.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'

/**
 * Why a body wasn't read: it is too large, it isn't UTF-8, or it broke off.
 *
 * @since 0.1.0
 */
export type Unread = 'too large' | 'no text' | 'broken off'

/**
 * The text of a body in pieces, as it arrives, with at most that many bytes. A `Left` is the last item.
 *
 * @since 0.1.0
 */
export async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  bytes: number,
): AsyncGenerator<E.Either<Unread, string>, void, undefined> {
  if (body === null) return
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = body.getReader()
  const decoded = (chunk?: Uint8Array): E.Either<Unread, string> =>
    E.tryCatch(
      () => decoder.decode(chunk, { stream: chunk !== undefined }),
      (): Unread => 'no text',
    )
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let size = 0
  try {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a chunk */
    for (;;) {
      const { done, value } = await reader.read()
      if (done) {
        yield decoded()
        return
      }
      size += value.byteLength
      const piece: E.Either<Unread, string> = size > bytes ? E.left('too large') : decoded(value)
      yield piece
      if (E.isLeft(piece)) return
    }
  } catch {
    yield E.left('broken off')
  } finally {
    // The sender can stop. It doesn't matter if it can't be told.
    await reader.cancel().catch(() => null)
  }
}

/**
 * The whole text of a body.
 *
 * @since 0.1.0
 */
export const textOf = async (
  body: ReadableStream<Uint8Array> | null,
  bytes: number,
): Promise<E.Either<Unread, string>> => {
  const all: Array<string> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a piece */
  for await (const piece of piecesOf(body, bytes)) {
    if (E.isLeft(piece)) return piece
    all.push(piece.right)
  }
  return E.right(all.join(''))
}

/**
 * The lines of a body, without their line ends. The text after the last line end is a line too, unless it is empty.
 *
 * @since 0.1.0
 */
export async function* linesOf(
  body: ReadableStream<Uint8Array> | null,
  bytes: number,
): AsyncGenerator<E.Either<Unread, string>, void, undefined> {
  const open: Array<string> = []
  /* eslint-disable functional/no-loop-statements -- one turn a piece, and a line */
  for await (const piece of piecesOf(body, bytes)) {
    if (E.isLeft(piece)) {
      yield piece
      return
    }
    const parts = piece.right.split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      yield E.right([...open.splice(0), part].join(''))
    }
    open.push(last)
  }
  /* eslint-enable functional/no-loop-statements */
  const rest = open.join('')
  if (rest !== '') yield E.right(rest)
}
