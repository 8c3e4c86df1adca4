/** The compilers whose answers tests and benchmarks hold: they check programs against the package's declarations. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface Compiler {
  readonly name: string
  /** Its folder among the installed packages. */
  readonly folder: string
  readonly tsc: string
}

const compiler = (name: string, folder: string, tsc: string): Compiler => ({
  name,
  folder: join(root, 'node_modules', folder),
  tsc: join(root, 'node_modules', folder, tsc),
})

const native = compiler('TypeScript 7', '@typescript/native', 'bin/tsc')

/** The supported ones, which the README names. */
export const compilers: ReadonlyArray<Compiler> = [
  compiler('TypeScript 5.5', 'typescript-5.5', 'lib/tsc.js'),
  compiler('TypeScript 5.9', 'typescript-5.9', 'lib/tsc.js'),
  compiler('TypeScript 6', 'typescript', 'lib/tsc.js'),
  native,
]

export const isInstalled = ({ name, tsc }: Compiler): boolean => {
  const there = existsSync(tsc)
  if (!there) console.warn(`${name} is not installed: its messages are not tested. Run npm ci.`)
  return there
}

const run = (file: string, args: ReadonlyArray<string>): string => {
  const { stdout, stderr } = spawnSync(process.execPath, [file, ...args, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  })
  return stdout + stderr
}

/** Writes the package's declarations into a folder, as a build does; what the compiler says about them. */
export const declare = (folder: string): string => {
  mkdirSync(folder, { recursive: true })
  return run(native.tsc, ['-p', join(root, '.config', 'tsconfig.esm.json'), '--outDir', join(folder, 'lib')])
}

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023'],
  module: 'nodenext',
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
}

/** Writes a program into a folder of its own, beside the declarations that it imports as `queryset-ts`. */
export const write = (folder: string, name: string, code: string, options: object = {}): string => {
  const own = join(folder, name)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'main.ts'), code)
  writeFileSync(
    join(own, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...compilerOptions,
        paths: { 'queryset-ts': ['../lib/index.d.ts'] },
        ...options,
      },
      include: ['*.ts'],
    }),
  )
  return own
}

export interface Diagnostic {
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

/** What a compiler says about a program that was written. */
export const check = ({ tsc }: Compiler, program: string): ReadonlyArray<Diagnostic> =>
  run(tsc, ['-p', program])
    .split(/\n(?=\S)/u)
    .flatMap((told) => {
      const [, line, message] = /^\S+\((\d+),\d+\): error TS\d+: (.*)$/su.exec(told.trimEnd()) ?? []
      return line === undefined || message === undefined ? [] : [{ line: Number(line), message }]
    })

/** What a compiler says beside its diagnostics: how long it took, and for how much. */
export const measure = ({ tsc }: Compiler, program: string): string =>
  run(tsc, ['-p', program, '--extendedDiagnostics'])

/** Writes the declarations of a program; what the compiler says about it. */
export const emit = ({ tsc }: Compiler, program: string, to: string): string =>
  run(tsc, [
    '-p',
    program,
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    '--rootDir',
    program,
    '--outDir',
    to,
  ])
