/**
 * Shrinks calls.
 *
 * @since 0.2.0
 */
import type { Row } from '../../value/Value.js'
import type { Write } from '../../query/Write.js'
import type { Call, Case, Plain, MutationData } from '../case/Case.js'
import { eachDropped, eachSmaller, fewer, many, portions } from './lists.js'
import { smallerQuerysets, smallerTerminal, smallerTyped } from './smallerStep.js'

const smallerRow = (row: Row): ReadonlyArray<Row> =>
  Object.keys(row).map((name) => Object.fromEntries(Object.entries(row).filter(([each]) => each !== name)))

const smallerWrite = (write: Write): ReadonlyArray<Write> => {
  switch (write._tag) {
    case 'create':
      return fewer(write.rows)
        .filter((rows) => rows.length > 0)
        .map((rows) => ({ ...write, rows }))
    case 'update':
      return [
        ...fewer(write.changes)
          .filter((changes) => changes.length > 0)
          .map((changes) => ({ ...write, changes })),
        ...(write.changes.length > many
          ? []
          : eachSmaller(write.changes, ({ key, set }) =>
              smallerRow(set).map((each) => ({ key, set: each })),
            ).map((changes) => ({ ...write, changes }))),
      ]
    case 'delete':
      return fewer(write.keys)
        .filter((keys) => keys.length > 0)
        .map((keys) => ({ ...write, keys }))
  }
}

const smallerMutation = (mutation: MutationData): ReadonlyArray<MutationData> => {
  const free = mutation.expect === null ? [] : [{ ...mutation, expect: null }]
  switch (mutation._tag) {
    case 'insert':
      return [
        ...fewer(mutation.rows)
          .filter((rows) => rows.length > 0)
          .map((rows) => ({ ...mutation, rows })),
        ...(mutation.onConflict._tag === 'refuse'
          ? []
          : [{ ...mutation, onConflict: { _tag: 'refuse' } as const }]),
        ...(mutation.onConflict._tag === 'update'
          ? [{ ...mutation, onConflict: { _tag: 'ignore' } as const }]
          : []),
      ]
    case 'update':
      return [
        ...free,
        ...smallerQuerysets(mutation.of).map((of) => ({ ...mutation, of })),
        ...eachDropped(mutation.set).map((set) => ({ ...mutation, set })),
        ...eachSmaller(mutation.set, smallerTyped).map((set) => ({ ...mutation, set })),
      ]
    case 'delete':
      return [...free, ...smallerQuerysets(mutation.of).map((of) => ({ ...mutation, of }))]
  }
}

/** Simpler forms of a call. @since 0.2.0 */
export const smallerCall = (call: Call): ReadonlyArray<Call> => {
  switch (call._tag) {
    case 'read':
      return [
        ...smallerTerminal(call.terminal).map((terminal) => ({ ...call, terminal })),
        ...smallerQuerysets(call.of).map((of) => ({ ...call, of })),
      ]
    case 'write':
      return [
        ...(call.bulk ? [{ ...call, bulk: false }] : []),
        ...smallerWrite(call.write).map((write) => ({ ...call, write })),
      ]
    case 'create':
      return [
        ...fewer(call.rows)
          .filter((rows) => rows.length > 0)
          .map((rows) => ({ ...call, rows })),
        ...(call.rows.length > many
          ? []
          : eachSmaller(call.rows, smallerRow).map((rows) => ({ ...call, rows }))),
      ]
    case 'update':
      return [
        ...smallerQuerysets(call.of).map((of) => ({ ...call, of })),
        ...smallerRow(call.set).map((set) => ({ ...call, set })),
        ...eachDropped(call.computed).map((computed) => ({ ...call, computed })),
        ...eachSmaller(call.computed, smallerTyped).map((computed) => ({ ...call, computed })),
      ]
    case 'updateBulk':
      return [
        ...smallerQuerysets(call.of).map((of) => ({ ...call, of })),
        ...fewer(call.changes).map((changes) => ({ ...call, changes })),
        ...eachSmaller(call.changes, ([key, set]) => smallerRow(set).map((each) => [key, each] as const)).map(
          (changes) => ({ ...call, changes }),
        ),
      ]
    case 'delete':
      return smallerQuerysets(call.of).map((of) => ({ ...call, of }))
    case 'obtain':
      return [
        ...(call.changing ? [{ ...call, changing: false }] : []),
        ...smallerQuerysets(call.of).map((of) => ({ ...call, of })),
        ...smallerRow(call.values).map((values) => ({ ...call, values })),
        ...smallerRow(call.defaults).map((defaults) => ({ ...call, defaults })),
      ]
    case 'relate':
      return [
        ...smallerQuerysets(call.of).map((of) => ({ ...call, of })),
        ...eachDropped(call.keys).map((keys) => ({ ...call, keys })),
      ]
    case 'atomic':
      return [
        ...eachDropped(call.writes).map((writes) => ({ ...call, writes })),
        ...eachDropped(call.undone).map((undone) => ({ ...call, undone })),
        ...eachDropped(call.kept ?? []).map((kept) => ({ ...call, kept })),
        ...eachDropped(call.later ?? []).map((later) => ({ ...call, later })),
        ...(call.fails ? [{ ...call, fails: false }] : []),
        ...eachDropped(call.reads ?? []).map((reads) => ({ ...call, reads })),
        ...eachDropped(call.first ?? []).map((first) => ({ ...call, first })),
        ...eachDropped(call.counts ?? []).map((counts) => ({ ...call, counts })),
        ...eachSmaller(call.counts ?? [], smallerQuerysets).map((counts) => ({ ...call, counts })),
        ...eachSmaller(call.first ?? [], smallerQuerysets).map((first) => ({ ...call, first })),
        ...eachSmaller(call.reads ?? [], smallerQuerysets).map((reads) => ({ ...call, reads })),
        ...eachSmaller(call.writes, smallerWrite).map((writes) => ({ ...call, writes })),
        ...eachSmaller(call.kept ?? [], smallerWrite).map((kept) => ({ ...call, kept })),
        ...eachSmaller(call.later ?? [], smallerWrite).map((later) => ({ ...call, later })),
      ]
    case 'mutate':
      return [
        ...eachDropped(call.mutations)
          .filter((mutations) => mutations.length > 0)
          .map((mutations) => ({ ...call, mutations })),
        ...eachSmaller(call.mutations, smallerMutation).map((mutations) => ({ ...call, mutations })),
      ]
    case 'law':
      return [
        ...smallerQuerysets(call.of).map((of) => ({ ...call, of })),
        ...eachSmaller(call.sizes, (size) => (size > 1 ? [1, size - 1] : [])).map((sizes) => ({
          ...call,
          sizes,
        })),
      ]
    case 'faulty':
      return [
        ...smallerPlain(call.call).map((each) => ({ ...call, call: each })),
        ...(call.at > 0
          ? [
              { ...call, at: 0 },
              { ...call, at: call.at - 1 },
            ]
          : []),
      ]
    case 'overlap':
      return [
        ...eachDropped(call.threads).map((threads) => ({ ...call, threads })),
        ...eachSmaller(call.threads, (thread) => [
          ...eachDropped(thread).filter(({ length }) => length > 0),
          ...eachSmaller(thread, smallerPlain),
        ]).map((threads) => ({ ...call, threads })),
        ...portions(call.picks).map((picks) => ({ ...call, picks })),
        ...eachSmaller(call.picks, (pick) => (pick === 0 ? [] : [0, pick % 8, pick - 1])).map((picks) => ({
          ...call,
          picks,
        })),
      ]
  }
}

/** A smaller form of a plain call is a plain call. @since 0.2.0 */
export const smallerPlain = (call: Plain): ReadonlyArray<Plain> => smallerCall(call) as ReadonlyArray<Plain>

/** Cases with fewer calls. @since 0.1.0 */
export const fewerCalls = (one: Case): ReadonlyArray<Case> =>
  portions(one.calls)
    .filter((calls) => calls.length > 0)
    .map((calls) => ({ ...one, calls }))

/** Calls that overlap, or during which the backend fails, as sequential calls. @since 0.1.0 */
export const plainCalls = (one: Case): ReadonlyArray<Case> =>
  one.calls.flatMap((call, i) => {
    const plain = call._tag === 'faulty' ? [call.call] : call._tag === 'overlap' ? call.threads.flat() : []
    return plain.length === 0
      ? []
      : [{ ...one, calls: [...one.calls.slice(0, i), ...plain, ...one.calls.slice(i + 1)] }]
  })

/** Cases with simpler calls. @since 0.1.0 */
export const smallerCalls = (one: Case): ReadonlyArray<Case> =>
  eachSmaller(one.calls, smallerCall).map((calls) => ({ ...one, calls }))
