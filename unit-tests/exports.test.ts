/** The entries of the package: each is there for whoever asks, and bundlers find all of them in the same place. */
import { expect } from 'chai'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

type Conditions = { readonly [condition: string]: string }

const { exports: given } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: { readonly [path: string]: Conditions | string }
}

const entries = Object.entries(given).flatMap(([path, to]) =>
  typeof to === 'string' ? [] : [[path, to] as const],
)

describe('the entries of the package', () => {
  entries.forEach(([path, to]) => {
    it(`${path}: has a source, and a build for each condition`, () => {
      const source = to['queryset-source'] ?? ''
      expect(existsSync(join(root, source)), source).to.equal(true)
      const built = source.replace('./src/', '').replace(/\.ts$/u, '.js')
      // Two copies of a module would not know each other's values: with `module` in one entry, it has to be in all.
      expect(to).to.deep.equal({
        'queryset-source': source,
        module: `./dist/module/${built}`,
        import: `./dist/esm/${built}`,
        require: `./dist/cjs/${built}`,
      })
      // The first condition that fits is taken.
      expect(Object.keys(to)).to.deep.equal(['queryset-source', 'module', 'import', 'require'])
    })
  })

  it('are the files of src but for the command', () => {
    const files = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.ts') && name !== 'cli.ts')
    expect(entries.map(([, to]) => to['queryset-source']).sort()).to.deep.equal(
      files.map((name) => `./src/${name}`).sort(),
    )
  })
})
