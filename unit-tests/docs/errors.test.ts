/**
 * The pages of errors: a section for each tag, and in it the words of all messages, as they stand in the source. Whoever
 * has a message can find it there. `npm run docs:messages` writes the lists anew, and adds rows for new messages to the
 * tables, whose other cells are written by hand.
 */
import { expect } from 'chai'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { either as E } from 'fp-ts'
import {
  autoId,
  create,
  field,
  filter,
  schema,
  slice,
  toArray,
  unsupported,
  within,
  type QueryError,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { messagesIn, type Message } from './messages.js'

const page = fileURLToPath(new URL('../../docs/reference/errors.md', import.meta.url))
const otherPage = fileURLToPath(new URL('../../docs/reference/other-errors.md', import.meta.url))
const source = fileURLToPath(new URL('../../src', import.meta.url))

/** Code in Markdown, which may have backticks in it. */
const codeOf = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``)

const listOf = (messages: ReadonlyArray<Message>): string =>
  [...new Set(messages.map(({ text }) => `- ${codeOf(text)}`))].sort().join('\n')

const startOf = (tag: string): string => `<!-- messages ${tag} -->`
const end = '<!-- end -->'

/** The page with its lists as the source has them now. */
const written = (text: string, messages: ReadonlyArray<Message>): string =>
  text.replace(/<!-- messages (\w+) -->(?:[^]*?<!-- end -->)?/gu, (_, tag: string) => {
    const list = listOf(messages.filter((each) => each.tag === tag))
    return `${startOf(tag)}\n\n<details><summary>Messages and hints of <code>${tag}</code></summary>\n\n${list}\n\n</details>\n\n${end}`
  })

/** The section of a tag. */
const sectionOf = (text: string, tag: string): string =>
  text.split(/^## /mu).find((section) => section.startsWith(`${tag}\n`)) ?? ''

const tags: ReadonlyArray<QueryError['_tag']> = [
  'InvalidSchema',
  'InvalidField',
  'InvalidStep',
  'InvalidQuery',
  'NotFound',
  'MultipleFound',
  'Undecodable',
  'BadFile',
  'Unsupported',
  'OverBudget',
  'ClientFailed',
  'Invalid',
  'Conflict',
  'Protected',
  'Incomplete',
]

const all = messagesIn(source)

/** The first cell of a table's row. A bar would end the cell. */
const cellOf = (text: string): string => codeOf(text).replaceAll('|', '\\|')

/** A row of a table: when a message comes, and what to do. */
const rowIn = (section: string, cell: string): ReadonlyArray<string> | null => {
  const line = section.split('\n').find((each) => each.startsWith(`| ${cell} |`))
  return line === undefined
    ? null
    : line
        .slice(cell.length + 4)
        .split('|')
        .slice(0, 2)
        .map((each) => each.trim())
}

/** The page with a row for each message of its sections. The cells that are there stay. */
const filled = (text: string): string =>
  text.replace(/<!-- table (\w+) -->[^]*?<!-- end -->/gu, (before, tag: string) => {
    const cells = new Set(all.filter((each) => each.tag === tag).map((each) => cellOf(each.text)))
    const rows = [...cells].sort().map((cell) => {
      const [when = '', todo = ''] = rowIn(before, cell) ?? []
      return `| ${cell} | ${when} | ${todo} |`
    })
    return [
      `<!-- table ${tag} -->`,
      '',
      '| message | when it comes | what to do |',
      '|---|---|---|',
      ...rows,
      '',
      end,
    ].join('\n')
  })

describe('the page of other errors', () => {
  const own: ReadonlyArray<string> = [...new Set(all.map(({ tag }) => tag))].filter(
    (tag) => !tags.some((each) => each === tag),
  )
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(otherPage, filled(readFileSync(otherPage, 'utf8')))
  const text = readFileSync(otherPage, 'utf8')

  it('has a table for each kind of error that is no `QueryError`', () => {
    const tables = [...text.matchAll(/<!-- table (\w+) -->/gu)].map(([, tag]) => tag ?? '')
    expect(tables.sort()).to.deep.equal([...own].sort())
  })

  it('has every message of the source, word for word, and no other (else run `npm run docs:messages`)', () => {
    expect(text === filled(text), 'its rows are those of the source').to.equal(true)
  })

  it('says of every message when it comes and what to do', () => {
    const bare = [...text.matchAll(/^\| (`+ ?.*?`+) \|(.*)\|(.*)\|$/gmu)].filter(
      ([, , when = '', todo = '']) => when.trim() === '' || todo.trim() === '',
    )
    expect(bare.map(([, cell]) => cell)).to.deep.equal([])
  })
})

describe('the page of errors', function () {
  this.timeout(60_000)
  // What is no `QueryError` has a page of its own.
  const messages = all.filter(({ tag }) => tags.some((each) => each === tag))
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, written(readFileSync(page, 'utf8'), messages))
  const text = readFileSync(page, 'utf8')

  for (const tag of tags)
    it(`has a section of ${tag}: when it comes, an example, what to do, and its messages`, () => {
      const section = sectionOf(text, tag)
      expect(section).to.contain('```ts').and.to.contain('**What to do.**').and.to.contain(startOf(tag))
      expect(section.slice(0, section.indexOf('```ts')).split('\n\n').length).to.be.greaterThan(1)
      expect(text.slice(0, text.indexOf('## InvalidSchema'))).to.contain(`(#${tag.toLowerCase()})`)
    })

  it('has no other sections', () => {
    expect([...text.matchAll(/^## (.*)$/gmu)].map(([, title]) => title)).to.deep.equal(tags)
  })

  it('has every message and hint of the source, word for word (else run `npm run docs:messages`)', () => {
    const missing = messages.filter(
      ({ tag, text: words }) => !sectionOf(text, tag).includes(`- ${codeOf(words)}`),
    )
    expect(missing).to.deep.equal([])
    expect(text === written(text, messages), 'its lists are those of the source').to.equal(true)
  })

  it('has messages that really come, at their tags', async () => {
    const m = schema({ artist: { id: autoId, name: field.text({ maxLength: 3, unique: true }) } })
    const client = memory(m, { artist: [{ id: 1, name: 'abc' }] })
    const js = (callback: (row: never) => unknown) => filter<never>(callback as never)(m.artist)
    const errors = await Promise.all(
      [
        toArray(client)(js((a: { titel: { eq: (u: unknown) => unknown } }) => a.titel.eq('x'))),
        toArray(client)(js((a: { id: { eq: (u: unknown) => unknown } }) => a.id.eq('x'))),
        toArray(client)(js(() => true)),
        toArray(client)(slice(-1, 2)(m.artist)),
        toArray(within({ steps: 0 })(client))(m.artist),
        create(client, { name: 'abcd' })(m.artist),
        create(client, { name: 'abc' })(m.artist),
      ].map((program) => program()),
    )
    const lefts = errors.flatMap((each): ReadonlyArray<QueryError> => (E.isLeft(each) ? [each.left] : []))
    expect(lefts).to.have.length(errors.length)
    for (const error of [...lefts, unsupported('c', 'f')]) {
      const patterns = [...sectionOf(text, error._tag).matchAll(/^- (?:`` (.*) ``|`(.*)`)$/gmu)].map(
        ([, long, words = '']) => long ?? words,
      )
      const meets = (told: string): boolean =>
        patterns.some((words) =>
          new RegExp(
            words
              .split('…')
              .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'))
              .join('[^]*'),
            'u',
          ).test(told),
        )
      expect(meets(error.message), error.message).to.equal(true)
      expect(meets(error.hint), error.hint).to.equal(true)
    }
  })
})
