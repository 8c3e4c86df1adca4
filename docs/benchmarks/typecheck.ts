/**
 * How long a big schema takes to type-check: `npx tsx docs/benchmarks/typecheck.ts`.
 *
 * Writes 30 models of some ten fields each, related both ways, and 200 querysets over them into `.bench/`, runs the
 * compiler on them and on an empty program that imports the library, and prints both.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const models = Number(process.argv[2] ?? 30)
const querysets = Number(process.argv[3] ?? 200)
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, '.bench')

const name = (i: number): string => `m${String(i % models)}`
const each = <A>(n: number, f: (i: number) => A): ReadonlyArray<A> =>
  Array.from({ length: n }, (_, i) => f(i))

// Each model points to itself, to the one before it and to one far away, and has a many-to-many relation; so each
// has three reverse sides, two of them named, and lies on many circles.
const model = (i: number): string => `  ${name(i)}: {
    id: autoId,
    name: field.text({ maxLength: 100 }),
    note: field.nullable(field.text()),
    n: field.int({ min: 0 }),
    ratio: field.nullable(field.float()),
    price: field.decimal({ maxDigits: 10, decimalPlaces: 2 }),
    on: field.nullable(field.date()),
    at: field.datetime(),
    status: field.choices(['draft', 'live', 'gone']),
    near: belongsTo('${name(i + models - 1)}', { relatedName: 'nears' }),
    far: field.nullable(belongsTo('${name(i * 7 + 3)}', { relatedName: 'fars_${String(i)}' })),
    parent: field.nullable(belongsTo('${name(i)}', { relatedName: 'children' })),
    others: manyToMany('${name(i + 11)}', { relatedName: 'othersOf' }),
  },`

const shapes: ReadonlyArray<(m: string, i: number) => string> = [
  (m, i) =>
    `pipe(m.${m}, filter((t) => and(t.name.icontains('x'), t.near.near.name.eq('y'), t.n.gt(${String(i)}))), orderBy((t) => [t.price.desc(), t.near.name.asc()]), slice(0, 10))`,
  (m) =>
    `pipe(m.${m}, filter((t) => t.nears.some((c) => or(c.n.gt(1), c.others.none((o) => o.far.name.eq('x'))))), values((t) => ({ title: t.name, up: t.near.near.near.name, far: t.far.price, children: t.children.count() })), filter((r) => and(r.title.startswith('x'), r.far.gt('1.5'))), distinct)`,
  (m) =>
    `pipe(m.${m}, groupBy((t) => ({ near: t.near.name, year: t.on.year() }), (g) => ({ n: g.count(), total: g.sum((t) => t.price), mean: g.avg((t) => t.ratio, { default: 0 }) })), filter((g) => and(g.n.gt(1), g.total.gt(2))), orderBy((g) => [g.n.desc()]))`,
  (m) =>
    `pipe(m.${m}, selectRelated((t) => t.near.far), selectRelated((t) => t.parent), annotate((t) => ({ kids: t.children.count(), dearest: t.nears.max((c) => c.price) })), exclude((t) => t.kids.eq(0)), prefetchRelated((t) => t.children, filter((c) => c.status.eq('live'))))`,
  (m, i) =>
    `pipe(m.${m}, filter((t) => and(exists(pipe(m.${name(i * 13 + 5)}, filter((o) => and(o.name.eq(t.name), o.n.lt(t.n))))), t.near.in([1, 2]))), valuesList((t) => [t.id, t.name, subquery('text', pipe(m.${name(i)}, valuesList((o) => o.name)))]))`,
]

const queries = each(querysets, (i) => {
  const shape = shapes[i % shapes.length] ?? (() => '')
  return `export const q${String(i)} = ${shape(name(i * 17), i)}`
})

const imports =
  "import { function as fn } from 'fp-ts'\nimport { and, annotate, autoId, belongsTo, distinct, exclude, exists, field, filter, groupBy, manyToMany, or, orderBy, prefetchRelated, schema, selectRelated, slice, subquery, values, valuesList } from 'queryset-ts'\nconst { pipe } = fn"

const programs: { readonly [name: string]: string } = {
  empty: "import { schema } from 'queryset-ts'\nexport { schema }\n",
  models: `${imports}\nexport const m = schema({\n${each(models, model).join('\n')}\n})\nexport const unused = [and, annotate, distinct, exclude, exists, filter, groupBy, or, orderBy, pipe, prefetchRelated, selectRelated, slice, subquery, values, valuesList]\n`,
  querysets: `${imports}\nexport const m = schema({\n${each(models, model).join('\n')}\n})\n${queries.join('\n')}\n`,
}

const compilers: { readonly [name: string]: string } = {
  'TypeScript 7': 'node_modules/@typescript/native/bin/tsc',
  'TypeScript 6': 'node_modules/typescript/lib/tsc.js',
}

const figure = (output: string, title: string): string =>
  new RegExp(`^${title}:\\s+(\\S+)$`, 'mu').exec(output)?.[1] ?? '?'

const measure = (compiler: string, program: string): ReadonlyArray<string> => {
  const output = execFileSync(
    process.execPath,
    [join(root, compiler), '-p', join(folder, program), '--extendedDiagnostics'],
    { encoding: 'utf8', cwd: root },
  )
  return [
    figure(output, 'Total time'),
    figure(output, 'Check time'),
    figure(output, 'Types'),
    figure(output, 'Instantiations'),
    `${String(Math.round(parseInt(figure(output, 'Memory used'), 10) / 1024))} MB`,
  ]
}

mkdirSync(folder, { recursive: true })
Object.entries(programs).forEach(([program, code]) => {
  mkdirSync(join(folder, program), { recursive: true })
  writeFileSync(join(folder, program, 'main.ts'), code)
  writeFileSync(
    join(folder, program, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['main.ts'] }),
  )
})
console.log(
  `Node ${process.versions.node}, ${String(availableParallelism())} cores, ${String(models)} models, ${String(querysets)} querysets\n`,
)
console.log('| compiler | program | total | checking | types | instantiations | memory |')
console.log('|---|---|---|---|---|---|---|')
Object.entries(compilers).forEach(([compiler, path]) => {
  Object.keys(programs).forEach((program) => {
    console.log(`| ${[compiler, program, ...measure(path, program)].join(' | ')} |`)
  })
})
rmSync(folder, { recursive: true })
