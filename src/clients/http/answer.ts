/**
 * Carrying out what a request asks of a client, and answering with the result.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Client } from '../../client/Client.js'
import { countRows } from '../../run/read/countRows.js'
import type { WireRequest } from './WireRequest.js'
import { mutated, written } from './written.js'
import { listening, type HttpCaller } from './HttpCaller.js'
import { asJson, failed } from './respond.js'
import { listed } from './listed.js'

/** The response to what is asked of a client. */
export const answered = async (client: Client, asked: WireRequest, asking: HttpCaller): Promise<Response> => {
  const { id } = asking
  switch (asked.operation) {
    case 'list':
      return listed(client, asked.query, asking)
    case 'count': {
      const told = await countRows(listening(client, asking), asked.query)()
      return E.isLeft(told) ? failed(told.left) : asJson(200, { value: told.right, ...id })
    }
    case 'write': {
      const told = await written(client, asked.write)()
      return E.isLeft(told) ? failed(told.left) : asJson(200, { value: told.right, ...id })
    }
    case 'mutate': {
      const told = await mutated(client, asked.mutations)()
      return E.isLeft(told) ? failed(told.left) : asJson(200, { value: told.right, ...id })
    }
  }
}
