/**
 * Shrinks a case: any part is removed or simplified as long as the case still breaks a law.
 *
 * @since 0.1.0
 */
import type { Write } from '../../query/Write.js'
import type { Definitions, Model, Schema } from '../../schema/Schema.js'
import { writesWithin, type Call, type Case } from '../case/Case.js'
import { alikeCalls } from '../make/alikeCalls.js'
import type { Broken } from '../hold/execute.js'
import type { Area } from '../report/Report.js'
import { fewerCalls, plainCalls, smallerCalls } from './smallerCall.js'
import { fewerRows, rowsInstead, simplerCells, simplerValues } from './smaller.js'
import { smallerSchema } from './stripped.js'
import { ownRelations, plainKeys, plainTerms } from './unrelated.js'
import { isAllowed } from '../make/limits.js'

/**
 * A case, and the law that it breaks.
 *
 * @since 0.1.0
 */
export interface FailingCase {
  readonly example: Case
  readonly broken: Broken
}

type Ways = ReadonlyArray<(one: Case) => ReadonlyArray<Case>>

/**
 * The smallest case that is reached by always taking the first step that still fails. `run` tries a case. `isOver`
 * tells whether the time is over. `free` says whether schema and rows may change, too. `schemaOf` gives the schema of a
 * case.
 *
 * @since 0.1.0
 */
export const shrink = async (
  found: FailingCase,
  run: (one: Case) => Promise<Broken | null>,
  isOver: () => boolean,
  free: { readonly schema: boolean; readonly rows: boolean },
  schemaOf: (definitions: Definitions) => Schema,
): Promise<FailingCase> => {
  const ways: Ways = [
    fewerCalls,
    plainCalls,
    alikeCalls,
    ...(free.rows ? [(one: Case) => rowsInstead(schemaOf(one.definitions))(one), fewerRows] : []),
    smallerCalls,
    ...(free.rows ? [simplerValues, simplerCells] : []),
    (one) => plainTerms(schemaOf(one.definitions))(one),
    ...(free.schema ? [smallerSchema, plainKeys, ownRelations] : []),
  ]
  const state = { best: cut(found), moved: true, tries: 0 }
  const known = new Set<string>()
  /** Rows that a backend refuses show another fault, and can't be pasted. The original rows may be of this kind. */
  const strict = isAllowed(schemaOf(found.example.definitions), found.example.rows)
  const same = ({ violation }: Broken): boolean => {
    const { law, area } = state.best.broken.violation
    return violation.area === area
      ? violation.law === law || area !== 'faults'
      : ranks[violation.area] < ranks[area]
  }
  /** Takes the kinds of steps in turn, each as long as it succeeds. */
  const pass = async (way: Ways[number]): Promise<void> => {
    /* eslint-disable-next-line functional/no-let -- moved by the loop below */
    let at = 0
    /* eslint-disable-next-line functional/no-let -- what is left after each step that leads on */
    let candidates = way(state.best.example)
    /* eslint-disable-next-line functional/no-loop-statements -- to the end of what there is to try */
    while (at < candidates.length && !isOver() && state.tries < most) {
      const example = candidates[at]
      at += 1
      if (example === undefined) continue
      const text = JSON.stringify(example)
      if (known.has(text)) continue
      known.add(text)
      const schema = schemaOf(example.definitions)
      if (!makesSense(schema, example) || (strict && !isAllowed(schema, example.rows))) continue
      state.tries += costOf(example)
      const broken = await run(example)
      if (broken === null || !same(broken)) continue
      state.best = cut({ example, broken })
      state.moved = true
      candidates = way(state.best.example)
      // A step that failed before usually fails again.
      at = Math.max(0, at - 1)
      if (at >= candidates.length) at = 0
    }
  }
  /* eslint-disable-next-line functional/no-loop-statements -- until nothing leads on */
  while (state.moved && !isOver() && state.tries < most) {
    state.moved = false
    /* eslint-disable-next-line functional/no-loop-statements -- one way after the other */
    for (const way of ways) await pass(way)
  }
  return state.best
}

/** A fault without failing backends or overlapping calls is the simpler of two. */
const ranks: { readonly [K in Area]: number } = { reads: 0, writes: 1, faults: 2, concurrency: 3 }

/** The largest number of cases that are tried to shrink one. */
const most = 5000

/** A case with many rows counts as several. */
const costOf = ({ rows }: Case): number =>
  1 + Math.floor(Object.values(rows).reduce((sum, list) => sum + list.length, 0) / 12)

/**
 * Whether the case has each model that its calls use, and whole rows to create. Otherwise it fails for another reason.
 */
const makesSense = (schema: Schema, { calls }: Case): boolean =>
  calls.every((call) => isSensible(schema, call))

const isSensible = (schema: Schema, call: Call): boolean => {
  const { models } = schema
  switch (call._tag) {
    case 'write':
      return isWhole(models.get(call.write.model), call.write)
    case 'atomic':
      return writesWithin(call).every((write) => isWhole(models.get(write.model), write))
    case 'create':
      return models.has(call.model)
    case 'mutate':
      return call.mutations.every((each) =>
        each._tag === 'insert'
          ? isWhole(models.get(each.model), { _tag: 'create', model: each.model, rows: each.rows })
          : models.has(each.of.model),
      )
    case 'faulty':
      return isSensible(schema, call.call)
    case 'overlap':
      return call.threads.flat().every((each) => isSensible(schema, each))
    default:
      return models.has(call.of.model)
  }
}

const isWhole = (model: Model | undefined, write: Write): boolean => {
  if (model === undefined) return false
  const columns = [...model.columns.values()]
  switch (write._tag) {
    case 'create':
      return write.rows.every((row) =>
        columns.every(({ name, nullable, auto }) => nullable || auto || (row[name] ?? null) !== null),
      )
    case 'update':
      return write.changes.every(({ set }) =>
        columns.every(({ name, nullable }) => nullable || set[name] !== null),
      )
    case 'delete':
      return true
  }
}

/** Calls after the one that breaks a law are irrelevant. */
const cut = ({ example, broken }: FailingCase): FailingCase => ({
  broken,
  example: { ...example, calls: example.calls.slice(0, broken.call + 1) },
})
