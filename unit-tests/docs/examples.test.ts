/** All code in the docs: it compiles, it runs, and it prints what it says. All links lead somewhere. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { anchorsOf, linksOf, logger, plain, programsOf } from './examples.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
// Inside the package, so that its own name is found from there; for each run its own.
const folder = join(root, '.docs-check', String(process.pid))

/** Where the files of the repository are on the web. */
const repository = 'https://github.com/queryset-ts/queryset-ts/blob/main/'

const filesIn = (path: string, end: string): ReadonlyArray<string> =>
  readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(path, name))
    .sort()

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const pages = ['README.md', 'CHANGELOG.md', ...filesIn('docs', '.md')].filter(
  (file) => !file.startsWith(join('docs', 'api')),
)
const programs = [...pages, ...filesIn('src', '.ts')].flatMap((file) => programsOf(file, read(file)))

const loggerCode = `import { inspect } from 'node:util'
const printed: Array<string> = []
export const log = (n: number) => (...args: ReadonlyArray<unknown>): void => {
  const line = args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg))).join(' ')
  printed[n] = printed[n] === undefined ? line : printed[n] + '\\n' + line
}
export const take = (): ReadonlyArray<string> => printed.splice(0)
`

const compilerOptions = {
  extends: '../../tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, types: ['node'] },
  include: ['*.mts'],
}

describe('docs', function () {
  this.timeout(120_000)
  let told = ''
  let take: () => ReadonlyArray<string> = () => []

  before(async () => {
    await mkdir(folder, { recursive: true })
    await Promise.all([
      writeFile(join(folder, 'tsconfig.json'), JSON.stringify(compilerOptions)),
      writeFile(join(folder, logger), loggerCode),
      ...programs.map(({ module, code }) => writeFile(join(folder, module), code)),
    ])
    // One run for all of them.
    const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc')
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      cwd: root,
      encoding: 'utf8',
    })
    told = stdout + stderr
    const log = (await import(pathToFileURL(join(folder, logger)).href)) as { readonly take: typeof take }
    take = log.take
  })

  after(() => rm(folder, { recursive: true, force: true }))

  it('has examples', () => {
    expect(programs.length).to.be.greaterThan(50)
  })

  describe('code', () => {
    for (const { file, module, expected, runs } of programs)
      it(`${module.replace(/\.mts$/u, '')}: compiles${runs ? ' and prints what it says' : ''}`, async () => {
        const misfits = told.split('\n').filter((line) => line.includes(`${module}(`))
        expect(misfits.map((line) => line.replace(/^.*\.mts\(/u, `${file}(`))).to.deep.equal([])
        if (!runs) return
        take()
        await import(pathToFileURL(join(folder, module)).href)
        const printed = take()
        expected.forEach(({ line, text }, i) => {
          expect(text, `${file}:${String(line)} doesn't say what it prints`).not.to.equal(null)
          expect(plain(printed[i] ?? ''), `${file}:${String(line)}`).to.equal(plain(text ?? ''))
        })
      })

    it('compiles as a whole', () => {
      expect(told).to.equal('')
    })

    // Planted and caught: `pipe` of fp-ts in the example of `none`.
    it('takes pipe and flow from the package, so that a first program needs one import', () => {
      const others = programs.filter(({ code }) =>
        /^import .*\bfunction as\b.* from 'fp-ts'|from 'fp-ts\/(?:lib\/)?function/mu.test(code),
      )
      expect(others.map(({ module }) => module)).to.deep.equal([])
    })
  })

  describe('links', () => {
    for (const page of pages)
      it(`${page}: lead somewhere`, () => {
        const dead = linksOf(read(page)).filter(({ target }) => {
          // The README is shown where there are no files beside it.
          const own = target.startsWith(repository)
          if (!own && /^[a-z]+:/u.test(target)) return false
          const [path = '', anchor] = (own ? target.slice(repository.length) : target).split('#')
          const file = path === '' ? page : normalize(own ? path : join(dirname(page), path))
          return (
            !existsSync(join(root, file)) ||
            (anchor !== undefined && file.endsWith('.md') && !anchorsOf(read(file)).has(anchor))
          )
        })
        expect(dead).to.deep.equal([])
      })

    it('of the README are whole, since npm shows it by itself', () => {
      const relative = linksOf(read('README.md')).filter(({ target }) => !/^(?:https:|#)/u.test(target))
      expect(relative).to.deep.equal([])
    })
  })
})
