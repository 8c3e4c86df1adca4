/**
 * Prints a failing case as TypeScript: a test to paste.
 *
 * @since 0.1.0
 */
import type { Row } from '../../value/Value.js'
import type { Definition, Definitions, Schema } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import { print } from '../../queryset/print.js'
import { printNode } from '../../queryset/print/nodes.js'
import { fold } from '../../query/fold.js'
import { isOrdered } from '../../query/Query.js'
import { either as E } from 'fp-ts'
import { askedOf } from '../hold/ask.js'
import type { Call, Case, MutationData, Terminal } from '../case/Case.js'
import type { Broken } from '../hold/execute.js'
import { inline } from '../case/inline.js'
import { querysetOf, type QuerysetData } from '../case/QuerysetData.js'
import type { Violation } from '../hold/Subject.js'
import { timeLine } from './timeLine.js'

const q = (schema: Schema, data: QuerysetData): string => print(querysetOf(schema, data), 'models.')

/** Prints an object or a list. */
const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(literal).join(', ')}]`
    : typeof value === 'object' && value !== null
      ? Object.keys(value).length === 0
        ? '{}'
        : `{ ${Object.entries(value)
            .map(
              ([name, each]: readonly [string, unknown]) =>
                `${/^[A-Za-z_$][\w$]*$/u.test(name) ? name : JSON.stringify(name)}: ${literal(each)}`,
            )
            .join(', ')} }`
      : typeof value === 'string'
        ? `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
        : inline(value)

const writeCode = (write: Write, bulk: boolean): string => {
  const model = literal(write.model)
  switch (write._tag) {
    case 'create': {
      const [row] = write.rows
      return !bulk && row !== undefined && write.rows.length === 1
        ? `client.create(${model}, ${literal(row)})()`
        : `client.createBulk(${model}, ${literal(write.rows)})()`
    }
    case 'update': {
      const [change] = write.changes
      return !bulk && change !== undefined && write.changes.length === 1
        ? `client.update(${model}, ${literal(change.key)}, ${literal(change.set)})()`
        : `client.updateBulk(${model}, ${literal(write.changes)})()`
    }
    case 'delete': {
      const [key] = write.keys
      return !bulk && key !== undefined && write.keys.length === 1
        ? `client.delete(${model}, ${literal(key)})()`
        : `client.deleteBulk(${model}, ${literal(write.keys)})()`
    }
  }
}

const readCode = (schema: Schema, of: QuerysetData, terminal: Terminal): string => {
  const code = q(schema, askedOf(of, terminal, null))
  switch (terminal._tag) {
    case 'page':
      if (terminal.slice !== undefined)
        return `client.list({ ...query(${code}), slice: ${literal(terminal.slice)} })()`
      return `client.list(query(${code}))()`
    case 'whole':
      return `client.list(query(${code}))()`
    case 'getPks':
      return `derive(client).getPks(query(${code}))()`
    case 'stream':
      return `all(stream(client, { size: ${String(terminal.size)} })(${code}))`
    case 'inBulk':
      return `inBulk(client, ${literal(terminal.keys)})(${code})()`
    case 'contains':
      return `contains(client, ${literal(terminal.key)})(${code})()`
    case 'aggregate':
      return `get(client)(${code})()`
    default:
      return `${terminal._tag}(client)(${code})()`
  }
}

/** Prints the writes of a nested transaction. */
const innerCode = (how: 'succeeds' | 'fails', writes: ReadonlyArray<Write>): string =>
  writes.length === 0
    ? ''
    : `, then in one within, which ${how}, ${writes.map((write) => writeCode(write, true)).join(', then ')}`

const computedCode = (schema: Schema, call: Extract<Call, { readonly _tag: 'update' }>): string =>
  [
    ...Object.entries(call.set).map(([name, value]) => `${name}: ${literal(value)}`),
    ...call.computed.map(
      ({ name, expression }) =>
        `${name}: ${printNode(expression, { names: ['row'], subquery: (data) => q(schema, data) }).code}`,
    ),
  ].join(', ')

/** Prints a mutation, with its queries as querysets. */
const mutationCode = (schema: Schema, mutation: MutationData): string => {
  if (mutation._tag === 'insert') return literal(mutation)
  const expect = mutation.expect === null ? '' : `, expect: ${literal(mutation.expect)}`
  const set =
    mutation._tag === 'delete'
      ? ''
      : `, set: { ${mutation.set.map(({ name, expression }) => `${name}: ${printNode(expression, { names: ['row'], subquery: (data) => q(schema, data) }).code}`).join(', ')} }`
  return `{ _tag: '${mutation._tag}', query: query(${q(schema, mutation.of)})${set}${expect} }`
}

const relatedName = { add: 'addRelated', remove: 'removeRelated', set: 'setRelated' } as const

/** Prints a call. @since 0.1.0 */
export const callCode = (schema: Schema, call: Call): string => {
  switch (call._tag) {
    case 'read':
      return readCode(schema, call.of, call.terminal)
    case 'write':
      return writeCode(call.write, call.bulk)
    case 'create': {
      const [row] = call.rows
      return row !== undefined && call.rows.length === 1
        ? `create(client, ${literal(row)})(models.${call.model})()`
        : `createBulk(client, ${literal(call.rows)})(models.${call.model})()`
    }
    case 'update':
      return `update(client, (${call.computed.length > 0 ? 'row' : ''}) => ({ ${computedCode(schema, call)} }))(${q(schema, call.of)})()`
    case 'updateBulk':
      return `updateBulk(client, ${literal(call.changes)})(${q(schema, call.of)})()`
    case 'delete':
      return `deleteRows(client)(${q(schema, call.of)})()`
    case 'obtain':
      return `${call.changing ? 'updateOrCreate' : 'getOrCreate'}(client, ${literal(call.values)}, ${literal(call.defaults)})(${q(schema, call.of)})()`
    case 'relate':
      return `${relatedName[call.how]}(client, (row) => row.${call.relation}, ${literal(call.keys)})(${q(schema, call.of)})()`
    case 'atomic':
      return `client.transaction((client) => …) // ${(call.first ?? []).map((of) => `toArray(client)(${q(schema, of)})(), then `).join('')}${call.writes.map((write) => writeCode(write, true)).join(', then ')}${innerCode('succeeds', call.kept ?? [])}${innerCode('fails', call.undone)}${(call.later ?? []).map((write) => `, then ${writeCode(write, true)}`).join('')}${(call.reads ?? []).map((of) => `, then toArray(client)(${q(schema, of)})()`).join('')}${(call.counts ?? []).map((of) => `, then count(client)(${q(schema, of)})()`).join('')}${call.fails ? ', then it fails' : ''}`
    case 'mutate':
      return `client.write([${call.mutations.map((each) => mutationCode(schema, each)).join(', ')}])()`
    case 'law':
      return `${call.law}: ${q(schema, call.of)}`
    case 'faulty':
      return `${callCode(schema, call.call)} // while the backend fails at point of waiting ${String(call.at)}`
    case 'overlap':
      return call.threads
        .map((thread, i) => `thread ${String(i)}: ${thread.map((each) => callCode(schema, each)).join('; ')}`)
        .join('\n')
  }
}

const fieldCode = (definition: Definition): string => {
  const options = (given: { readonly [name: string]: unknown }): string => {
    const there = Object.entries(given).filter(
      ([, value]) => value !== null && value !== false && value !== undefined,
    )
    return there.length === 0 ? '' : literal(Object.fromEntries(there))
  }
  if (definition._tag === 'manyToMany') {
    const more = options({ relatedName: definition.relatedName, through: definition.through })
    return `manyToMany('${definition.target}'${more === '' ? '' : `, ${more}`})`
  }
  if (definition._tag === 'toOne') {
    const more = options({
      relatedName: definition.relatedName,
      onDelete: definition.onDelete === 'cascade' ? null : definition.onDelete,
      primaryKey: definition.primaryKey,
    })
    const code = `${definition.oneToOne ? 'oneToOne' : 'belongsTo'}('${definition.target}'${more === '' ? '' : `, ${more}`})`
    return definition.nullable ? `field.nullable(${code})` : code
  }
  if (definition.auto) return 'autoId'
  const code = `field.${definition.kind}(${options({ primaryKey: definition.primaryKey, unique: definition.unique && !definition.primaryKey })})`
  return definition.nullable ? `field.nullable(${code})` : code
}

const definitionsCode = (definitions: Definitions): string =>
  `{\n${Object.entries(definitions)
    .map(
      ([model, fields]) =>
        `  ${model}: { ${Object.entries(fields)
          .map(([name, definition]) => `${name}: ${fieldCode(definition)}`)
          .join(', ')} },`,
    )
    .join('\n')}\n}`

const schemaCode = (definitions: Definitions): string => `schema(${definitionsCode(definitions)})`

const rowsCode = (rows: { readonly [model: string]: ReadonlyArray<Row> }): string =>
  `{ ${Object.entries(rows)
    .filter(([, list]) => list.length > 0)
    .map(([model, list]) => `${model}: ${literal(list)}`)
    .join(', ')} }`

/** The names that a piece of code uses, among some. */
const used = (code: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.filter((name) => new RegExp(`(?<![\\w$'"])(?<!(?<!\\.\\.)\\.)${name}\\b(?!:)`, 'u').test(code))

const importable: ReadonlyArray<string> = (
  'addRelated and annotate autoId belongsTo caseWhen cast clientFailed coalesce concat contains count create ' +
  'createBulk dates datetimes deleteRows derive difference distinct distinctOn exclude exists field filter first ' +
  'flow fold func get getOrCreate greatest groupBy holds inBulk intersection last least list manyToMany none not ' +
  'nullIf oneToOne only or orderBy pipe prefetchRelated removeRelated reverse schema selectRelated setRelated slice ' +
  'stream subquery test toArray union update updateBulk updateOrCreate value values valuesList xor'
).split(' ')

const importing = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? [] : [`import { ${names.join(', ')} } from 'queryset-ts'`]

/** Other cases are printed as data, and run as a whole. */
const isPlain = (call: Call): boolean =>
  call._tag !== 'law' &&
  call._tag !== 'mutate' &&
  call._tag !== 'faulty' &&
  call._tag !== 'overlap' &&
  call._tag !== 'atomic'

const isWrite = (call: Call): boolean => call._tag !== 'read'

const modelOf = (call: Call): string =>
  call._tag === 'write'
    ? call.write.model
    : call._tag === 'create'
      ? call.model
      : 'of' in call
        ? call.of.model
        : ''

const listing = (call: Call): string => `  await toArray(client)(models.${modelOf(call)})()`

/** Whether the fault is that a client changed its arguments. */
const isLeft = ({ law }: Violation): boolean => law.endsWith(' left as they are')

/** Whether plain code can make the call and show the fault. */
const canBeSaid = (schema: Schema, last: Call, { violation }: Broken): boolean =>
  isLeft(violation) || isPlainly(schema, last, violation)

const isPlainly = (schema: Schema, last: Call, { law, expected, model }: Violation): boolean =>
  !/results are copies$/u.test(law) &&
  expected !== 'an answer' &&
  !(last._tag === 'read' && last.terminal._tag === 'whole') &&
  !(
    last._tag !== 'read' &&
    model === undefined &&
    typeof expected === 'object' &&
    expected !== null &&
    !Array.isArray(expected)
  ) &&
  [...schema.models.values()].every(({ columns }) =>
    [...columns.values()].every(({ field }) => field.codec === null),
  )

const bagOf = (schema: Schema, call: Call): boolean => {
  if (call._tag !== 'read') return false
  const query = fold(querysetOf(schema, askedOf(call.of, call.terminal, null)))
  return E.isRight(query) && !isOrdered(query.right)
}

const helpers: ReadonlyArray<readonly [string, string]> = [
  [
    'query',
    "const query = (queryset: AnyQueryset): Query => {\n  const folded = fold(queryset)\n  if (folded._tag === 'Left') throw new Error(folded.left.message)\n  return folded.right\n}",
  ],
  [
    'all',
    'const all = async <A>(rows: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {\n  const list: Array<A> = []\n  for await (const row of rows) list.push(row)\n  return list\n}',
  ],
  ['bag', 'const bag = (rows: ReadonlyArray<unknown>) => rows.map((row) => JSON.stringify(row)).sort()'],
]

const optional: ReadonlySet<Terminal['_tag']> = new Set(['first', 'last'])

/** Prints the assertion about the answer of the last call. It fails. */
const assertion = (schema: Schema, call: Call, { violation }: Broken): string => {
  const { expected, model } = violation
  if (
    isLeft(violation) &&
    typeof expected === 'object' &&
    expected !== null &&
    'operation' in expected &&
    'given' in expected
  ) {
    const operation = String(expected.operation)
    return `  const given: Parameters<NonNullable<OpenClient['${operation}']>> = ${literal(expected.given)}\n  const before = structuredClone(given)\n  await client.${operation}?.(...given)()\n  assert.deepEqual(given, before)`
  }
  if (model !== undefined)
    return `  await ${callCode(schema, call)}\n  const there = await toArray(client)(models.${model})()\n  assert.deepEqual(there._tag === 'Right' ? bag(there.right) : there.left.message, bag(${literal(expected)}))`
  const isError =
    typeof expected === 'object' && expected !== null && 'error' in expected && 'message' in expected
  const code = `const answer = await ${callCode(schema, call)}`
  if (isError)
    return `  ${code}\n  assert.deepEqual(answer._tag === 'Left' ? answer.left._tag : answer.right, '${String(expected.error)}')`
  const or = (right: string): string => `answer._tag === 'Right' ? ${right} : answer.left.message`
  if (call._tag === 'read') {
    if (call.terminal._tag === 'stream')
      return `  ${code}\n  const right = answer.map((row) => (row._tag === 'Right' ? row.right : row.left.message))\n  assert.deepEqual(${bagOf(schema, call) ? `bag(right), bag(${literal(expected)})` : `right, ${literal(expected)}`})`
    if (optional.has(call.terminal._tag))
      return `  ${code}\n  assert.deepEqual(${or("(answer.right._tag === 'Some' ? answer.right.value : null)")}, ${literal(expected)})`
    if (call.terminal._tag === 'inBulk')
      return `  ${code}\n  assert.deepEqual(${or('bag([...answer.right])')}, bag(${literal(expected)}))`
    if (Array.isArray(expected) && bagOf(schema, call))
      return `  ${code}\n  assert.deepEqual(${or('bag(answer.right)')}, bag(${literal(expected)}))`
    if (
      typeof expected === 'object' &&
      expected !== null &&
      'rows' in expected &&
      Array.isArray(expected.rows) &&
      bagOf(schema, call)
    )
      return `  ${code}\n  assert.deepEqual(${or('{ ...answer.right, rows: bag(answer.right.rows) }')}, { ...${literal(expected)}, rows: bag(${literal(expected.rows)}) })`
  }
  // A row that is created alone is returned alone.
  if (call._tag === 'write' && call.write._tag === 'create' && !call.bulk && call.write.rows.length === 1)
    return `  ${code}\n  assert.deepEqual(${or('[answer.right]')}, ${literal(expected)})`
  if (call._tag === 'write' && call.write._tag !== 'create')
    return `  ${code}\n  assert.deepEqual(${or('Number(answer.right)')}, ${literal(expected)})`
  return `  ${code}\n  assert.deepEqual(${or('answer.right')}, ${literal(expected)})`
}

/** Prints a case. A case that sequential calls can't express is run as a whole. */
const caseCode = ({ definitions, rows, calls }: Case): string =>
  [
    'const example: Case = {',
    `  definitions: ${Object.keys(definitions).length === 0 ? '{}' : definitionsCode(definitions).replaceAll('\n', '\n  ')},`,
    `  rows: ${rowsCode(rows)},`,
    '  calls: [',
    ...calls.map((call) => `    ${literal(call)},`),
    '  ],',
    '}',
  ].join('\n')

/**
 * Prints a test that fails as long as the client is wrong. It opens the client by `options`, which are the options of
 * `checkClient`.
 *
 * @since 0.1.0
 */
export const testOf = (schema: Schema, example: Case, broken: Broken, sentence: string): string => {
  const own = Object.keys(example.definitions).length === 0
  const title = literal(sentence)
  const last = example.calls[broken.call]
  if (last === undefined) return ''
  if (!example.calls.every(isPlain) || !canBeSaid(schema, last, broken))
    return [
      "import assert from 'node:assert/strict'",
      ...importing(used(caseCode({ ...example, rows: {}, calls: [] }), importable)),
      "import { tryCase, type Case } from 'queryset-ts/laws'",
      "import { options } from './client.js' // yours: what checkClient is given",
      '',
      ...timeLine(broken.violation.moments ?? [], (call) => callCode(schema, call)).map(
        (line) => `// ${line}`,
      ),
      caseCode(example),
      '',
      `it(${title}, async () => {`,
      '  assert.deepEqual(await tryCase(options, example)(), null)',
      '})',
      '',
    ].join('\n')
  const body = [
    ...(example.calls.some(isWrite) ? [listing(last)] : []),
    // After each write, all rows are listed. A client may cache them.
    ...example.calls
      .slice(0, broken.call)
      .flatMap((call) => [`  await ${callCode(schema, call)}`, ...(isWrite(call) ? [listing(last)] : [])]),
    assertion(schema, last, broken),
  ].join('\n')
  const helping = helpers.filter(([name]) => used(body, [name]).length > 0).map(([, code]) => code)
  const models = own ? [] : [`const models = ${schemaCode(example.definitions)}`]
  const rows = `const rows = ${rowsCode(example.rows)}`
  const code = [
    ...helping,
    ...models,
    rows,
    '',
    `it(${title}, async () => {`,
    `  const opened = await openClient(${own ? 'options' : '{ ...options, schema: models }'}, rows)()`,
    "  assert.ok(opened._tag === 'Right')",
    '  const client = opened.right',
    body,
    '})',
  ].join('\n')
  // The title contains names that the code doesn't use.
  const data = [...helping, ...models, body].join('\n')
  const types = helping.some((each) => each.startsWith('const query'))
    ? ['type AnyQueryset', 'type Query']
    : []
  return [
    "import assert from 'node:assert/strict'",
    ...importing([...used(data, importable), ...types]),
    `import { openClient${isLeft(broken.violation) ? ', type OpenClient' : ''} } from 'queryset-ts/laws'`,
    `import { ${own ? 'models, ' : ''}options } from './client.js' // yours: ${own ? 'your schema, and ' : ''}what checkClient is given`,
    '',
    code,
    '',
  ].join('\n')
}
