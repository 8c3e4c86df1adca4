/**
 * Sending requests, and telling what became of them. No error says more of a request than its operation: URLs and
 * headers may hold secrets.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Handler } from './httpHandler.js'
import { bodyText, type Unread } from './readBody.js'
import { retryAfter } from './retryAfter.js'

/**
 * Who sends, and how.
 *
 * @since 0.1.0
 */
export interface Sender {
  readonly client: string
  readonly fetch: Handler
  readonly headers: { readonly [name: string]: string }
  readonly signal: AbortSignal | null
}

/**
 * One request. `writes` says whether it changes something: of one whose answer is lost it isn't known then whether it
 * was done.
 *
 * @since 0.1.0
 */
export interface Sent {
  readonly operation: string
  readonly writes: boolean
  readonly url: string
  readonly method: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
}

/** An answer has at most so many bytes. */
export const answerBytes = 256 * 1024 * 1024

/**
 * The response to a request, whatever its status.
 *
 * @since 0.1.0
 */
export const send = async (sender: Sender, sent: Sent): Promise<E.Either<QueryError, Response>> => {
  const { signal } = sender
  const fail = (message: string, hint: string, retryable: boolean, cause: unknown = null) =>
    E.left(clientFailed(sender.client, sent.operation, cause, { message, hint, retryable }))
  if (isAborted(signal)) return fail('it was aborted before it was sent', 'Nothing was asked.', false)
  const request = E.tryCatch(
    () =>
      new Request(sent.url, {
        method: sent.method,
        headers: { ...sender.headers, ...sent.headers },
        // What is sent, and with which credentials, is for this server only.
        redirect: 'error',
        ...(sent.body === undefined ? {} : { body: sent.body }),
        ...(signal === null ? {} : { signal }),
      }),
    () => null,
  )
  if (E.isLeft(request))
    return fail(
      'no request can be made of its URL and headers',
      'Give an absolute URL, without a name and password in it, and headers of plain text.',
      false,
    )
  try {
    return E.right(await sender.fetch(request.right))
  } catch (cause) {
    return isAborted(signal)
      ? E.left(aborted(sender, sent))
      : fail(
          `the server can't be reached, or didn't answer${codeOf(cause) === null ? '' : ` (${String(codeOf(cause))})`}`,
          'Look whether it is there, and try again.',
          true,
          codeOf(cause),
        )
  }
}

const isAborted = (signal: AbortSignal | null): boolean => signal?.aborted === true

const aborted = ({ client }: Sender, { operation, writes }: Sent): QueryError =>
  clientFailed(client, operation, null, {
    message: 'it was aborted',
    hint: writes ? "It isn't known whether it was done." : 'Nothing has changed.',
    retryable: writes,
  })

/** What the network's error is called (`ECONNREFUSED`): the rest may name what was asked. */
const codeOf = (cause: unknown): string | null => {
  const [outer, inner] = [cause, cause instanceof Error ? cause.cause : null]
  const found = [inner, outer].map((each) =>
    typeof each === 'object' && each !== null && 'code' in each ? each.code : null,
  )
  const code = found.find((each) => typeof each === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/u.test(each))
  return typeof code === 'string' ? code : null
}

/**
 * The error that a body wasn't read.
 *
 * @since 0.1.0
 */
export const unreadable = (sender: Sender, sent: Sent, why: Unread): QueryError =>
  isAborted(sender.signal)
    ? aborted(sender, sent)
    : garbled(
        sender,
        sent,
        why === 'too large'
          ? `the answer has more than ${String(answerBytes)} bytes`
          : why === 'no text'
            ? 'the answer is not UTF-8'
            : 'the answer broke off',
        why === 'broken off',
      )

/**
 * The error that an answer isn't one. A write may have been done for all that.
 *
 * @since 0.1.0
 */
export const garbled = (
  { client }: Sender,
  { operation, writes }: Sent,
  message: string,
  retryable = false,
): QueryError =>
  clientFailed(client, operation, null, {
    message,
    hint: writes ? "It isn't known whether it was done." : 'See what it is that answers there.',
    retryable: retryable || writes,
  })

/**
 * The JSON of a response's body; `undefined` where there is nothing in it.
 *
 * @since 0.1.0
 */
export const jsonOf = async (
  sender: Sender,
  sent: Sent,
  response: Response,
): Promise<E.Either<QueryError, unknown>> => {
  const text = await bodyText(response.body, answerBytes)
  return E.isLeft(text)
    ? E.left(unreadable(sender, sent, text.left))
    : text.right === ''
      ? E.right(undefined)
      : E.tryCatch(
          () => JSON.parse(text.right) as unknown,
          () => garbled(sender, sent, 'the answer is not JSON'),
        )
}

/**
 * What a status other than success says, where nothing else is known of it.
 *
 * @since 0.1.0
 */
export const failedWith = (
  { client }: Sender,
  { operation, writes }: Sent,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  told: string | null = null,
): QueryError => {
  const [message, hint, retryable] = meaningOf(status, writes)
  return clientFailed(client, operation, null, {
    message: `the server answered ${String(status)}: ${told ?? message}`,
    hint,
    retryable,
    retryAfter: retryAfter(headers.get('retry-after'), Date.now()),
  })
}

const meaningOf = (status: number, writes: boolean): readonly [string, string, boolean] => {
  switch (status) {
    case 401:
      return ["it doesn't know who asks", 'Send credentials, by the headers.', false]
    case 403:
      return ["it doesn't allow this", 'Ask for what may be asked, or as somebody who may.', false]
    case 408:
      return ['it took too long', 'Try again.', true]
    case 413:
      return ['it was sent too much at once', "Give a smaller 'maxPerRequest'.", false]
    case 414:
      return ['its URL is longer than it takes', 'Ask for fewer or shorter values at once.', false]
    case 425:
    case 429:
      return ['it is asked too often', 'Wait, and try again.', true]
    default:
      return status >= 500
        ? ['it failed', 'Try again later.', status !== 501 && status !== 505]
        : status >= 200 && status < 400
          ? ['that is not an answer', 'See what it is that answers there.', writes]
          : ["it doesn't take this", 'See whether it is the right server, of the same version.', false]
  }
}
