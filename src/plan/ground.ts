/**
 * The query to which a pass's conditions are added: the rows that the pass starts from, and the annotations that the
 * client computes.
 *
 * @since 0.2.0
 */
import type { Named } from '../expression/Expression.js'
import type { Client } from '../client/Client.js'
import { answerOf, isExact } from '../client/Support.js'
import { mentions } from '../query/needs.js'
import { subqueriesOf } from '../query/parts.js'
import { isHidden, type Query } from '../query/Query.js'

/**
 * The base query of a pass.
 *
 * - `asked` is what the client is asked: rows with annotations. A hidden annotation isn't given, so it is requested
 *   again under another name. `restored` lists these.
 * - `given` describes the rows after that: the same, without the additional names.
 * - `left` are the annotations that are computed here.
 *
 * @since 0.2.0
 */
export interface BasePass {
  readonly asked: Query
  readonly given: Query
  readonly restored: ReadonlyArray<Restored>
  readonly left: ReadonlyArray<Named<Query>>
}

/**
 * A column that rows come with under another name.
 *
 * @since 0.2.0
 */
export interface Restored {
  readonly name: string
  readonly as: string
}

/** At most this many annotations are tried one by one, if the client doesn't compute all of them. */
const tried = 32

/**
 * The base query without any annotations of the client.
 *
 * @since 0.2.0
 */
export const plainGround = (from: Query, annotations: ReadonlyArray<Named<Query>>): BasePass => ({
  asked: from,
  given: from,
  restored: [],
  left: annotations,
})

/**
 * The base query with as many of some annotations as the client computes. They are added to `from`.
 *
 * @since 0.2.0
 */
export const groundOf = (client: Client, from: Query, annotations: ReadonlyArray<Named<Query>>): BasePass => {
  if (annotations.length === 0) return plainGround(from, [])
  const ground = (taken: ReadonlyArray<Named<Query>>): BasePass =>
    groundWith(client, from, annotations, taken)
  const isTaken = ({ asked }: BasePass): boolean =>
    answerOf(client, asked).annotations && subqueriesOf(asked).every((inner) => isExact(client, inner))
  const all = ground(annotations)
  if (isTaken(all)) return all
  const some = annotations.slice(0, tried).reduce<ReadonlyArray<Named<Query>>>((taken, each) => {
    const others = new Set(annotations.flatMap((other) => (taken.includes(other) ? [] : [other.name])))
    return !mentions(each.expression, others) && isTaken(ground([...taken, each])) ? [...taken, each] : taken
  }, [])
  return ground(some)
}

const groundWith = (
  client: Client,
  from: Query,
  annotations: ReadonlyArray<Named<Query>>,
  taken: ReadonlyArray<Named<Query>>,
): BasePass => {
  const names = new Set([
    ...[...client.schema.models.values()].flatMap(({ columns, relations }) => [
      ...columns.keys(),
      ...relations.keys(),
    ]),
    ...annotations.map(({ name }) => name),
  ])
  const restored = taken.flatMap(({ name }, i) => (isHidden(name) ? [{ name, as: unused(names, i) }] : []))
  const again = restored.map(({ name, as }) => ({
    name: as,
    expression: { _tag: 'column', path: [name], level: 0 } as const,
  }))
  return {
    asked: { ...from, annotations: [...taken, ...again] },
    given: { ...from, annotations: taken },
    restored,
    left: annotations.filter((each) => !taken.includes(each)),
  }
}

/** A name that isn't used yet. */
const unused = (names: ReadonlySet<string>, i: number): string => {
  const name = `_own${String(i)}`
  return names.has(name) ? unused(names, i + 1000) : name
}
