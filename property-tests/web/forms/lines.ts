/**
 * Answers the recorded cases of forms and views: a line of JSON for each on the standard input, one on the standard
 * output. `lines.ts --client NAME`.
 */
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { WritableClient } from '../../../src/index.js'
import { webFixtures } from '../models.js'
import { answerForm, describeField, type Asked } from './answerForm.js'
import { answerFormset } from './answerFormset.js'
import { answerView } from './answerView.js'
import { openers } from './clients.js'
import { models } from './definitions.js'

const answers: {
  readonly [ask: string]: (client: WritableClient, asked: Asked) => Promise<Asked> | Asked
} = {
  form: answerForm,
  formset: answerFormset,
  view: answerView,
  describe: (_, asked) => describeField(asked),
}

const { values } = parseArgs({ options: { client: { type: 'string', default: 'memory' } } })
const open = openers[values.client]
if (open === undefined) {
  console.error(`There is no client '${values.client}'. There are: ${Object.keys(openers).join(', ')}.`)
  process.exit(2)
}
const { rows } = webFixtures()

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue
  const asked = JSON.parse(line) as Asked
  const { client, close } = await open(models, rows)
  const answered = await Promise.resolve()
    .then(() => {
      const answer = answers[String(asked['ask'])]
      if (answer === undefined) throw new Error(`nothing answers ${String(asked['ask'])}`)
      return answer(client, asked)
    })
    .catch((cause: unknown): Asked => ({
      failed: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    }))
  await close()
  console.log(JSON.stringify({ id: asked['id'], ...answered }))
}
