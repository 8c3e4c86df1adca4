/**
 * Reads bodies, up to a limit.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { bodyChunks, type UnreadBody } from '../../value/body.js'

/**
 * Why a body wasn't read: it is too large, it isn't UTF-8, or it broke off.
 *
 * @since 0.1.0
 */
export type Unread = UnreadBody | 'no text'

/**
 * The text of a body in pieces, as it arrives, with at most that many bytes. A `Left` is the last item.
 *
 * @since 0.1.0
 */
export async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  bytes: number,
): AsyncGenerator<E.Either<Unread, string>, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decoded = (chunk?: Uint8Array): E.Either<Unread, string> =>
    E.tryCatch(
      () => decoder.decode(chunk, { stream: chunk !== undefined }),
      (): Unread => 'no text',
    )
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a chunk */
  for await (const chunk of bodyChunks(body, bytes)) {
    const piece = E.isLeft(chunk) ? chunk : decoded(chunk.right)
    yield piece
    if (E.isLeft(piece)) return
  }
  yield decoded()
}

/**
 * The whole text of a body.
 *
 * @since 0.1.0
 */
export const bodyText = async (
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
