/**
 * Faults for the evaluator in use: in a copy of the source, expressions of its code are put beside wrong ones, and one
 * of the wrong ones at a time is switched on.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { evaluate } from '../../src/engine/evaluate.js'

/** An expression of the source that stands once in its file, and a wrong one to put in its place. */
export interface Fault {
  readonly name: string
  readonly file: string
  readonly right: string
  readonly wrong: string
}

/** The evaluator of a copy of the source. `plant` switches one of its faults on, `null` none. */
export interface Faulty {
  readonly evaluate: typeof evaluate
  readonly plant: (name: string | null) => void
  readonly remove: () => void
}

/** Where the copy finds out which fault is switched on. */
const key = Symbol.for('queryset-ts planted fault')

const switched = globalThis as { [key]?: string | null }

const planted = (text: string, { name, file, right, wrong }: Fault): string => {
  const [before, after, more] = text.split(right)
  if (before === undefined || after === undefined || more !== undefined)
    throw new Error(`'${right}' doesn't stand once in ${file}: say where '${name}' is to be planted now`)
  const on = `globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(key))})] === ${JSON.stringify(name)}`
  return `${before}(${on} ? (${wrong}) : (${right}))${after}`
}

const root = join(import.meta.dirname, '../..')

/** A copy of the source with all of some faults, none of which is switched on. */
export const faulty = async (faults: ReadonlyArray<Fault>): Promise<Faulty> => {
  const folder = mkdtempSync(join(tmpdir(), 'queryset-faults-'))
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  faults.forEach((fault) => {
    const path = join(folder, 'src', fault.file)
    writeFileSync(path, planted(readFileSync(path, 'utf8'), fault))
  })
  const copy = (await import(pathToFileURL(join(folder, 'src/engine/evaluate.ts')).href)) as {
    readonly evaluate: typeof evaluate
  }
  return {
    evaluate: copy.evaluate,
    plant: (name) => {
      switched[key] = name
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
