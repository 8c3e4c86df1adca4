import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import { setWithChoices, withChoices } from '../../forms/choices.js'
import type { BoundSet } from '../../forms/formset/BoundSet.js'
import type { FormContext } from '../Context.js'
import type { Reply } from '../View.js'

/**
 * A page with a form, with the rows that may be chosen in it.
 *
 * @since 0.2.0
 */
export const formPage = async <A>(
  client: Client,
  status: number,
  { bound, sets, ...rest }: FormContext<A>,
): Promise<E.Either<QueryError, Reply<FormContext<A>>>> => {
  const own = await withChoices(client)(bound)()
  if (E.isLeft(own)) return own
  const all: Array<BoundSet> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one formset after the other */
  for (const set of sets) {
    const each = await setWithChoices(client)(set)()
    if (E.isLeft(each)) return each
    all.push(each.right)
  }
  return E.right({ _tag: 'page', status, context: { ...rest, bound: own.right, sets: all } })
}
