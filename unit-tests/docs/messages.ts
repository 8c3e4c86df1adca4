/**
 * The words of all error messages and hints, read from the source.
 *
 * A message is what reaches one of the functions that make errors: directly, or by the parameter of a function that hands
 * it on. What is filled in is shown as `…`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

/** Where a function takes words from: an argument, or a member of one. */
interface Place {
  readonly argument: number
  readonly member: string | null
}

interface Maker {
  readonly tag: string
  readonly places: ReadonlyArray<Place>
}

export interface Message {
  readonly tag: string
  readonly text: string
  readonly file: string
}

const at = (argument: number, member: string | null = null): Place => ({ argument, member })

const makers: ReadonlyArray<readonly [string, Maker]> = [
  ['invalidSchema', { tag: 'InvalidSchema', places: [at(2), at(3)] }],
  ['invalidField', { tag: 'InvalidField', places: [at(2)] }],
  ['invalidStep', { tag: 'InvalidStep', places: [at(2), at(3)] }],
  ['invalidQuery', { tag: 'InvalidQuery', places: [at(1), at(2)] }],
  ['unsupported', { tag: 'Unsupported', places: [at(1)] }],
  ['clientFailed', { tag: 'ClientFailed', places: [at(3, 'message'), at(3, 'hint')] }],
  ['badFile', { tag: 'BadFile', places: [at(0, 'reason'), at(1)] }],
  ['conflict', { tag: 'Conflict', places: [at(2)] }],
  ['sqlError', { tag: 'SqlError', places: [at(1)] }],
  ['noPage', { tag: 'NoPage', places: [at(0)] }],
  ['unreadable', { tag: 'Page', places: [at(1)] }],
  ['toldPage', { tag: 'Page', places: [at(1)] }],
  ['parseError', { tag: 'Refused', places: [at(0)] }],
]

/** Makers that have another meaning in another folder. */
const makersIn: ReadonlyArray<readonly [RegExp, string, Maker]> = [
  [/^rest\//u, 'refuse', { tag: 'Refused', places: [at(2)] }],
  [/^rest\/rest/u, 'page', { tag: 'Refused', places: [at(1)] }],
  [/^(?:rest|serializers)\//u, 'problem', { tag: 'Mistaken', places: [at(2)] }],
  [/^clients\/sql\//u, 'refuse', { tag: 'Unsupported', places: [at(1)] }],
  [/^clients\/sql\//u, 'refusing', { tag: 'Unsupported', places: [at(1)] }],
  [/^clients\/sql\/writes\//u, 'fieldError', { tag: 'Invalid', places: [at(3)] }],
  [/^clients\/sql\/writes\/unsendable/u, 'error', { tag: 'Invalid', places: [at(1)] }],
  [/^clients\/sql\//u, 'lately', { tag: 'Unsupported', places: [at(3)] }],
]

/** Declarations and members whose texts are all words of an error. */
const tellers: ReadonlyArray<readonly [RegExp, string, string]> = [
  [/^clients\/sql\/errors\/postgresError/u, 'wordsFor', 'SqlError'],
  [/^views\/http\/respond/u, 'titles', 'Page'],
  [/^views\/http\/respond/u, 'wordsOf', 'Page'],
  [/^views\/pages\/submit/u, 'refused', 'Page'],
  [/^views\/pages\/submit/u, 'changedNotice', 'Page'],
  [/^forms\/form(?:set)?\./u, 'mistakes', 'InvalidStep'],
  [/^forms\/form\./u, 'formOf', 'InvalidStep'],
  [/^rest\/(?:Filters|serializerOf|viewset|search|orders)/u, 'mistakes', 'ViewMistake'],
  [/^rest\/Filters/u, 'filterOf', 'ViewMistake'],
  [/^rest\/orders/u, 'orderMistakes', 'ViewMistake'],
  [/^rest\/search/u, 'searchMistakes', 'ViewMistake'],
]

const words = ['message', 'hint', 'reason']

/** What makes several errors, and the words of which belong to one of them. */
const tagsByFile: ReadonlyArray<readonly [RegExp, string]> = [
  [/^schema\/(?:clashes|stale)/u, 'Conflict'],
  [/^schema\//u, 'Invalid'],
  [/^(?:queryset\/|query\/foldMutation)/u, 'InvalidStep'],
  [/^expression\/infer\//u, 'InvalidField'],
  [/^clients\/json\//u, 'BadFile'],
  [/^clients\/(?:http|rest)\//u, 'ClientFailed'],
  [/^rest\/failed/u, 'Mistaken'],
]

const tables: ReadonlyArray<readonly [RegExp, string]> = [
  [/^schema\/messages\.ts$/u, 'Invalid'],
  [/^serializers\/problem\.ts$/u, 'Mistaken'],
]

const sourcesIn = (folder: string): ReadonlyArray<ts.SourceFile> =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/^(?:laws|cli\b)/u.test(name))
    .sort()
    .map((name) =>
      ts.createSourceFile(
        join(folder, name),
        readFileSync(join(folder, name), 'utf8'),
        ts.ScriptTarget.ES2022,
        true,
      ),
    )

const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  node.forEachChild((child) => {
    walk(child, visit)
  })
}

/** The expression itself, without parentheses and what types only. */
const bare = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)
    ? bare(node.expression)
    : node

/** The texts that an expression may be, and the names of what else it may be. */
const textsOf = (expression: ts.Expression): ReadonlyArray<string | ts.Identifier> => {
  const node = bare(expression)
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (ts.isTemplateExpression(node)) {
    const text = node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')
    const inner = node.templateSpans.flatMap(({ expression: part }) => textsOf(part))
    return [text, ...inner]
  }
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)]
  if (ts.isBinaryExpression(node)) return [...textsOf(node.left), ...textsOf(node.right)]
  return ts.isIdentifier(node) ? [node] : []
}

const nameOf = (call: ts.CallExpression): string | null =>
  ts.isIdentifier(call.expression) ? call.expression.text : null

const argumentAt = (call: ts.CallExpression, { argument, member }: Place): ts.Expression | null => {
  const given = call.arguments[argument]
  if (given === undefined || member === null) return given ?? null
  const record = bare(given)
  const found = ts.isObjectLiteralExpression(record)
    ? record.properties.find((each) => each.name?.getText() === member)
    : undefined
  return found !== undefined && ts.isPropertyAssignment(found)
    ? found.initializer
    : found !== undefined && ts.isShorthandPropertyAssignment(found)
      ? found.name
      : null
}

interface Named {
  readonly name: string
  readonly parameters: ReadonlyArray<ts.ParameterDeclaration>
  /** Whether other files may call it. */
  readonly shared: boolean
}

/** The function with a name that an identifier is a parameter of, and where. */
const parameterOf = (identifier: ts.Identifier): { readonly of: Named; readonly place: Place } | null => {
  const upwards = (node: ts.Node): ReturnType<typeof parameterOf> => {
    const own =
      ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)
        ? {
            name: node.parent.name.text,
            parameters: [...node.parameters],
            shared: isExported(node.parent.parent.parent),
          }
        : ts.isFunctionDeclaration(node) && node.name !== undefined
          ? { name: node.name.text, parameters: [...node.parameters], shared: isExported(node) }
          : null
    const place = own?.parameters
      .map(({ name }, i): Place | null =>
        ts.isIdentifier(name)
          ? name.text === identifier.text
            ? at(i)
            : null
          : ts.isObjectBindingPattern(name) &&
              name.elements.some((each) => each.name.getText() === identifier.text)
            ? at(i, identifier.text)
            : null,
      )
      .find((each) => each !== null)
    return own !== null && place !== undefined
      ? { of: own, place }
      : ts.isSourceFile(node)
        ? null
        : upwards(node.parent)
  }
  return upwards(identifier.parent)
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

/** What a name stands for, where a file says so. */
const valueOf = (identifier: ts.Identifier, file: ts.SourceFile): ts.Expression | null => {
  const found: { value: ts.Expression | null } = { value: null }
  walk(file, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === identifier.text)
      found.value ??= node.initializer ?? null
  })
  return found.value
}

/** All words of errors in a folder of sources, in the order of their tags and files. */
export const messagesIn = (folder: string): ReadonlyArray<Message> => {
  const files = sourcesIn(folder)
  const known = new Map<string, Maker>(makers)
  const found = new Map<string, Message>()
  const makerOf = (file: ts.SourceFile, name: string): Maker | undefined =>
    makersIn.find(([path, own]) => own === name && path.test(relative(folder, file.fileName)))?.[2] ??
    known.get(`${file.fileName} ${name}`) ??
    known.get(name)
  const tell = (tag: string, expression: ts.Expression, file: ts.SourceFile): void => {
    textsOf(expression).forEach((each) => {
      if (typeof each === 'string') {
        const text = each.replace(/\s+/gu, ' ').trim()
        // Marks, and single words that are filled in.
        if (/\p{L}{2,} \P{Z}|\p{L}{2,}.* \p{L}/u.test(text))
          found.set(`${tag} ${text}`, { tag, text, file: relative(folder, file.fileName) })
        return
      }
      const handed = parameterOf(each)
      if (handed === null) {
        const value = valueOf(each, file)
        if (value !== null && bare(value) !== expression && !ts.isIdentifier(bare(value)))
          tell(tag, value, file)
        return
      }
      const name = handed.of.shared ? handed.of.name : `${file.fileName} ${handed.of.name}`
      const before = known.get(name)?.places ?? []
      if (makers.some(([base]) => base === name)) return
      if (
        !before.some(
          ({ argument, member }) => argument === handed.place.argument && member === handed.place.member,
        )
      )
        known.set(name, { tag: known.get(name)?.tag ?? tag, places: [...before, handed.place] })
    })
  }
  const tagOf = (file: ts.SourceFile, node: ts.ObjectLiteralExpression): string | null => {
    const own = node.properties.find((each) => each.name?.getText() === '_tag')
    if (own !== undefined && ts.isPropertyAssignment(own) && ts.isStringLiteral(own.initializer))
      return /^[A-Z]/u.test(own.initializer.text) ? own.initializer.text : null
    const spread = node.properties.find(ts.isSpreadAssignment)?.expression
    const name = spread !== undefined && ts.isCallExpression(spread) ? nameOf(spread) : null
    return (
      makerOf(file, name ?? '')?.tag ??
      tagsByFile.find(([path]) => path.test(relative(folder, file.fileName)))?.[1] ??
      null
    )
  }
  const round = (): void => {
    files.forEach((file) => {
      const here = relative(folder, file.fileName)
      const table = tables.find(([path]) => path.test(here))?.[1]
      walk(file, (node) => {
        if (ts.isCallExpression(node)) {
          const maker = makerOf(file, nameOf(node) ?? '')
          maker?.places.forEach((place) => {
            const words = argumentAt(node, place)
            if (words !== null) tell(maker.tag, words, file)
          })
        }
        // A table of functions from parameters to words.
        if (table !== undefined && ts.isArrowFunction(node) && !ts.isBlock(node.body))
          tell(table, node.body, file)
        if (
          (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node)) &&
          node.initializer !== undefined
        ) {
          const own = node.initializer
          tellers
            .filter(([path, name]) => path.test(here) && name === node.name.getText())
            .forEach(([, , tag]) => {
              walk(own, (part) => {
                if (
                  ts.isStringLiteral(part) ||
                  ts.isNoSubstitutionTemplateLiteral(part) ||
                  ts.isTemplateExpression(part)
                )
                  tell(tag, part, file)
              })
            })
        }
        if (ts.isObjectLiteralExpression(node)) {
          const tag = tagOf(file, node)
          node.properties.forEach((each) => {
            const said = ts.isPropertyAssignment(each)
              ? each.initializer
              : ts.isShorthandPropertyAssignment(each)
                ? each.name
                : null
            if (tag !== null && said !== null && words.includes(each.name?.getText() ?? ''))
              tell(tag, said, file)
          })
        }
      })
    })
  }
  /** Until no further function is found that hands words on. */
  const settle = (before: string): void => {
    round()
    const now = JSON.stringify([...known])
    if (now !== before) settle(now)
  }
  settle('')
  return [...found.values()].sort((a, b) => order(a).localeCompare(order(b), 'en'))
}

const order = ({ tag, file, text }: Message): string => `${tag} ${file} ${text}`
