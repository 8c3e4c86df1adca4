/**
 * Reads the bodies of requests and responses, up to a limit.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'

/**
 * Why a body wasn't read: it is too large, or the connection broke off.
 *
 * @since 0.2.0
 */
export type UnreadBody = 'too large' | 'broken off'

/**
 * The chunks of a body as they arrive, with at most `most` bytes in all. A `Left` is the last item.
 *
 * @since 0.2.0
 */
export async function* bodyChunks(
  body: ReadableStream<Uint8Array> | null,
  most: number,
): AsyncGenerator<E.Either<UnreadBody, Uint8Array>, void, undefined> {
  if (body === null) return
  const reader = body.getReader()
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let size = 0
  try {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a chunk */
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      size += value.byteLength
      if (size > most) {
        yield E.left('too large')
        return
      }
      yield E.right(value)
    }
  } catch {
    yield E.left('broken off')
  } finally {
    // The sender can stop. It doesn't matter if it can't be told.
    await reader.cancel().catch(() => null)
  }
}

/**
 * All bytes of a body, at most `most`.
 *
 * @since 0.2.0
 */
export const bodyBytes = async (
  body: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<E.Either<UnreadBody, Uint8Array<ArrayBuffer>>> => {
  const chunks: Array<Uint8Array> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a chunk */
  for await (const chunk of bodyChunks(body, most)) {
    if (E.isLeft(chunk)) return chunk
    chunks.push(chunk.right)
  }
  return E.right(joined(chunks))
}

const joined = (chunks: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(chunks.reduce((size, { byteLength }) => size + byteLength, 0))
  chunks.reduce((at, chunk) => {
    all.set(chunk, at)
    return at + chunk.byteLength
  }, 0)
  return all
}
