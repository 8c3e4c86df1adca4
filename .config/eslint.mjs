import functional from 'eslint-plugin-functional'
import tseslint from 'typescript-eslint'

const exportsAll = { selector: 'ExportAllDeclaration', message: 'Name what is exported: no `export *`.' }

const sqlStarts =
  'select|insert|replace|update|delete|create|alter|drop|truncate|with|set|begin|start|savepoint|rollback|release|kill|explain|pragma|use|grant'
const sqlWords = `/^\\s*(?:${sqlStarts}|${sqlStarts.toUpperCase()})\\b/`
const joinsText = 'Only src/clients/sql/Sql.ts joins SQL text. Use its `sql`, `param` and `ident`.'

/** What would put text into a statement. */
const joiningText = [
  { selector: 'Property[key.name="_tag"][value.value=/^(?:text|parts)$/]', message: joinsText },
  { selector: 'CallExpression[callee.name="sql"]', message: joinsText },
  {
    selector: `:not(TaggedTemplateExpression) > TemplateLiteral[expressions.length>0][quasis.0.value.raw=${sqlWords}]`,
    message: joinsText,
  },
  { selector: `BinaryExpression[operator="+"][left.value=${sqlWords}]`, message: joinsText },
  {
    selector: `CallExpression[callee.property.name=/^(?:query|execute|exec|prepare|executeQuery|all|run)$/] > TemplateLiteral[expressions.length>0]`,
    message: joinsText,
  },
]

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'docs/api', '.docs-check', '.bench', '**/*.mjs', '**/*.mts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(fp-ts|io-ts)/',
              message:
                "Only from the root: `import { option as O } from 'fp-ts'` (Node's ESM finds no folders).",
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', exportsAll],
      // Text is compared code point by code point, which is what a spread gives.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { functional },
    rules: {
      'functional/no-let': ['error', { allowInForLoopInit: true }],
      'functional/no-loop-statements': 'error',
      'functional/no-classes': 'error',
      'functional/no-this-expressions': 'error',
      'functional/no-throw-statements': 'error',
    },
  },
  {
    files: ['src/clients/sql/**/*.ts'],
    // The others print statements and steps for people, and run none.
    ignores: [
      'src/clients/sql/Sql.ts',
      'src/clients/sql/migrate/print.ts',
      'src/clients/sql/migrate/Step.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', exportsAll, ...joiningText] },
  },
  {
    // chai's assertions are expressions, and a test may know more than the compiler.
    files: ['unit-tests/**/*.ts', 'property-tests/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // Type tests make mistakes on purpose, and values only for their types.
    files: ['unit-tests/**/*.test-d.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
    },
  },
)
