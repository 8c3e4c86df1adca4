/** What editors show of querysets, and what declarations of them say. */
import { expect } from 'chai'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, compilers, declare, emit, isInstalled, root, write } from './support/compilers.js'
import { hovers } from './support/hover.js'
import { music, small } from './support/music.js'

const folder = join(root, '.docs-check', `shown-${String(process.pid)}`)
const atMost = 300

const querysets = `export const all = music.track
export const long = pipe(music.track, filter((t) => t.milliseconds.gt(1)), orderBy((t) => [t.name.asc()]), slice(0, 10))
export const titled = pipe(music.track, values((t) => ({ title: t.name, artist: t.album.artist.name })))
export const counted = pipe(music.artist, annotate((a) => ({ n: a.albums.count() })))
export const whole = pipe(music.track, selectRelated((t) => t.album.artist))
`

const row =
  '{ readonly id: number; readonly name: string; readonly milliseconds: number; readonly album: number | null; }'

// By the text that ends where the name begins: what is shown, after the model's name.
const shown: ReadonlyArray<readonly [mark: string, ...parts: ReadonlyArray<string>]> = [
  ['export const a', 'Queryset<Refs<"track"', row],
  ['export const all = music.t', 'Queryset<Refs<"track"', row],
  ['export const l', 'Queryset<Refs<"track"', row],
  ['filter((t', 'Refs<"track"'],
  ['artist: t.a', 'ToOneRef<"album"'],
  ['artist: t.album.a', 'ToOneRef<"artist"'],
  ['annotate((a) => ({ n: a.a', 'ManyRef<Refs<"album"', '"albums"'],
  ['export const ti', 'title: string; readonly artist: string | null; }'],
  ['export const co', 'With<Refs<"artist"', 'readonly n: number'],
]

const used = `import { filter, selectRelated, type Row } from 'queryset-ts'
import { all, counted, long, music, pipe, titled, whole } from '../exporting/main.js'
export const same: typeof music.track = all
export const found = pipe(long, filter((t) => t.album.artist.name.eq('x')), selectRelated((t) => t.album))
export const many = pipe(counted, filter((a) => a.n.gt(1)), filter((a) => a.albums.some((b) => b.title.eq('x'))))
export const title: Row<typeof titled> = { title: 'x', artist: null }
export const name: string | undefined = (null as Row<typeof whole> | null)?.album?.artist.name
pipe(long, filter((t) => t.album.artist.nme.eq('x')))
`

const inOneLine = (text: string): string => text.replace(/\s+/gu, ' ')

describe('types as they are shown', function () {
  this.timeout(300_000)
  let large = ''
  let exporting = ''

  before(() => {
    expect(declare(folder)).to.equal('')
    large = write(folder, 'large', music + querysets)
    exporting = write(folder, 'exporting', small + querysets)
  })
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  compilers.forEach((compiler) => {
    describe(compiler.name, () => {
      before(function () {
        if (!isInstalled(compiler)) this.skip()
      })

      it(`shows the model and the row first, in ${String(atMost)} characters`, async () => {
        const told = await hovers(
          compiler,
          large,
          shown.map(([mark]) => mark),
        )
        shown.forEach(([mark, ...parts], i) => {
          const text = inOneLine(told[i] ?? '')
          parts.forEach((part) => {
            expect(text, mark).to.include(part)
          })
          expect(text.length, text).to.be.at.most(atMost)
        })
      })

      it('declares querysets that are exported, for those who import them', () => {
        const to = join(folder, 'declared')
        expect(emit(compiler, exporting, to)).to.equal('')
        const declared = readFileSync(join(to, 'main.d.ts'), 'utf8')
        expect(declared).not.to.match(/\bany\b|elided|\[\[\[/u)
        mkdirSync(join(folder, 'own', 'exporting'), { recursive: true })
        writeFileSync(join(folder, 'own', 'exporting', 'main.d.ts'), declared)
        const importing = write(join(folder, 'own'), 'importing', used, {
          paths: { 'queryset-ts': ['../../lib/index.d.ts'] },
        })
        const told = check(compiler, importing)
        expect(told.map(({ line }) => line)).to.deep.equal([8])
        expect(told[0]?.message).to.include("'nme'").and.to.include("'name'")
      })
    })
  })
})
