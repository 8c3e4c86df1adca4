/**
 * Checks a law about a queryset on a client.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Row } from '../../value/Value.js'
import { type CallResult, ask, questionOf } from './ask.js'
import type { Call, Terminal } from '../case/Case.js'
import { problem } from '../case/problem.js'
import type { Making } from '../make/predicates.js'
import { modelFor } from '../make/parts.js'
import { querysetFrom } from '../make/reads.js'
import type { QuerysetData } from '../case/QuerysetData.js'
import type { Subject, Violation } from './Subject.js'
import { pick } from '../make/Tape.js'
import type { Law } from './Law.js'
import type { LawName } from './LawName.js'
import { laws } from './laws.js'

// There is at least one.
const aboutQuerysets = laws.filter(({ check }) => check !== undefined) as unknown as readonly [
  Law<LawName>,
  ...ReadonlyArray<Law<LawName>>,
]

/** Chooses a law and a queryset to check it with. @since 0.1.0 */
export const lawOf = (
  making: Making,
  models: ReadonlyArray<string>,
): Extract<Call, { readonly _tag: 'law' }> => {
  const { tape } = making
  const queryset = querysetFrom(making, modelFor(making, models))
  const law = pick(tape, aboutQuerysets)
  return {
    _tag: 'law',
    law: law.name,
    of: law.of?.(making, queryset) ?? queryset,
    sizes: [1 + tape.next(3), tape.next(6)],
  }
}

const givenRows = (answer: CallResult): ReadonlyArray<Row> | null =>
  E.isRight(answer) && Array.isArray(answer.right) ? (answer.right as ReadonlyArray<Row>) : null

/** Checks a law on a client. @since 0.1.0 */
export const checkLaw = async (
  subject: Subject,
  { law: name, of, sizes }: Extract<Call, { readonly _tag: 'law' }>,
): Promise<Violation | null> => {
  const law = laws.find((each) => each.name === name)
  const { client, schema, tally } = subject
  if (law?.check === undefined) return null
  const max = client.maxPerRequest ?? null
  const failed: { answer: Violation | null } = { answer: null }
  const asked = async (queryset: QuerysetData, terminal: Terminal): Promise<CallResult> => {
    const answer = await ask(client, questionOf(schema, queryset, terminal, max))
    if (E.isLeft(answer)) {
      if (answer.left._tag === 'Unsupported') tally.count('refused', terminal._tag)
      else if (answer.left._tag === 'ClientFailed' || answer.left._tag === 'Undecodable')
        failed.answer = { law: law.name, area: law.area, expected: 'an answer', actual: problem(answer.left) }
    }
    return answer
  }
  tally.count('laws', law.name)
  const wrong = await law.check(
    {
      subject,
      rows: async (queryset) => givenRows(await asked(queryset, { _tag: 'toArray' })),
      one: async (queryset, terminal) => {
        const answer = await asked(queryset, terminal)
        return E.isRight(answer) ? answer.right : null
      },
    },
    of,
    sizes,
  )
  return failed.answer ?? (wrong === null ? null : { law: law.name, area: law.area, ...wrong })
}
