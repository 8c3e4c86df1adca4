/** The rule of the house's floors, on planted offences and on the house itself. */
import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, print } from '../.ci/layers.mjs'

const offences = (files: { readonly [path: string]: string }): ReadonlyArray<string> =>
  check(new Map(Object.entries(files))).offences.map(print)

const fine = {
  'src/value/Value.ts': 'export type Value = string\n',
  'src/schema/Field.ts': "import type { Value } from '../value/Value.js'\nexport type Field = Value\n",
  'src/index.ts': "export type { Field } from './schema/Field.js'\n",
}

describe('layers', () => {
  it('lets arrows point down', () => {
    expect(offences(fine)).to.deep.equal([])
  })

  it('lets files of one folder import each other', () => {
    expect(
      offences({
        ...fine,
        'src/value/Order.ts': "import { Value } from './Value.js'\nexport const x = Value\n",
      }),
    ).to.deep.equal([])
  })

  it('tells an import upwards, with its line', () => {
    expect(
      offences({
        ...fine,
        'src/value/Text.ts': "\nimport type { Field } from '../schema/Field.js'\nexport type Text = Field\n",
      }),
    ).to.deep.equal(['src/value/Text.ts:2 imports src/schema/Field.ts: up from floor 0 to floor 1'])
  })

  it('tells an import between folders of one floor', () => {
    expect(
      offences({
        'src/engine/run.ts': 'export const run = 1\n',
        'src/reference/denote.ts': "import { run } from '../engine/run.js'\nexport const x = run\n",
      }),
    ).to.deep.equal([
      'src/reference/denote.ts:1 imports src/engine/run.ts: reference and engine are on the same floor (5)',
    ])
  })

  it('tells a circle that runs', () => {
    expect(
      offences({
        'src/value/A.ts': "import { b } from './B.js'\nexport const a = () => b\n",
        'src/value/B.ts': "import { c } from './C.js'\nexport const b = () => c\n",
        'src/value/C.ts': "import { a } from './A.js'\nexport const c = () => a\n",
      }),
    ).to.have.lengthOf(1)
    expect(offences({ 'src/value/A.ts': "import { a } from './A.js'\nexport const b = a\n" })[0]).to.match(
      /a circle$/u,
    )
  })

  it('notes a circle of types within a folder, and lets it be', () => {
    const files = new Map([
      ['src/value/A.ts', "import type { B } from './B.js'\nexport interface A { b: B }\n"],
      ['src/value/B.ts', "import type { A } from './A.js'\nexport interface B { a: A }\n"],
    ])
    const { offences, notes } = check(files)
    expect(offences).to.deep.equal([])
    expect(notes.map(print).join()).to.match(/a circle of types$/u)
  })

  it('tells a deep import of fp-ts or io-ts, dynamic ones too', () => {
    expect(
      offences({
        'src/value/A.ts': "import * as O from 'fp-ts/Option'\nexport const a = O.none\n",
        'src/value/B.ts': "export const b = () => import('io-ts/lib/index.js')\n",
        'src/value/C.ts': "import { option as O } from 'fp-ts'\nexport const c = O.none\n",
      }),
    ).to.deep.equal([
      "src/value/A.ts:1 imports fp-ts/Option, which Node's ESM can't: use the root",
      "src/value/B.ts:1 imports io-ts/lib/index.js, which Node's ESM can't: use the root",
    ])
  })

  it('tells export *', () => {
    expect(offences({ ...fine, 'src/index.ts': "export * from './schema/Field.js'\n" })).to.deep.equal([
      'src/index.ts:1 exports *: name what is exported',
    ])
    expect(
      offences({ ...fine, 'src/index.ts': "export type * from './schema/Field.js'\n" }),
    ).to.have.lengthOf(1)
  })

  it('tells what leaves the house, enters by its doors, or lives on no floor', () => {
    expect(
      offences({
        ...fine,
        'src/value/A.ts': "import { x } from '../../docs/x.js'\nexport const a = x\n",
        'src/value/B.ts': "import { schema } from '../index.js'\nexport const b = schema\n",
        'src/value/C.ts': "import { schema } from 'queryset-ts'\nexport const c = schema\n",
        'src/attic/D.ts': 'export const d = 1\n',
      }).map((line) => line.split(' ')[0]),
    ).to.have.members(['src/value/A.ts:1', 'src/value/B.ts:1', 'src/value/C.ts:1', 'src/attic/D.ts:1'])
  })

  it('reads code, not comments or strings', () => {
    expect(
      offences({
        'src/value/A.ts':
          "/*\nimport { b } from '../run/run.js'\n*/\n// export * from './B.js'\nexport const a = '//' + \"/* export * */\"\n",
      }),
    ).to.deep.equal([])
  })

  it('is kept by the house', () => {
    const root = fileURLToPath(new URL('..', import.meta.url))
    const files = new Map(
      readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => [`src/${path}`, readFileSync(join(root, 'src', path), 'utf8')]),
    )
    const result = check(files)
    expect(result.offences.map(print)).to.deep.equal([])
    expect(result.files).to.be.greaterThan(50)
  })
})
