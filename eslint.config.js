// Rules for code that people rely on: types are used to find lost promises and unsafe values, and each room keeps to what it may know.
// Who may import whom is not here but in .dependency-cruiser.cjs; layout is Prettier's.
import eslint from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const nodeGlobals = Object.fromEntries(
  [
    'process',
    'console',
    'URL',
    'fetch',
    'AbortSignal',
    'AbortController',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'Buffer',
    'performance',
    'TextDecoder',
    'TextEncoder',
    'structuredClone',
    'Float16Array',
  ].map((name) => [name, 'readonly']),
)
const commonJsGlobals = { module: 'writable', require: 'readonly', __dirname: 'readonly' }

const typed = ['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'bench/**/*.ts', '*.ts']

export default defineConfig(
  globalIgnores(['out/', '.out-next/', 'dist/', 'coverage/', 'test-results/', 'resources/', 'test/fixtures/', '**/*.auproj/']),
  eslint.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['**/*.{js,mjs}'], languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: nodeGlobals } },
  { files: ['**/*.cjs'], languageOptions: { ecmaVersion: 2024, sourceType: 'commonjs', globals: { ...nodeGlobals, ...commonJsGlobals } } },
  {
    files: typed,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.ts'], defaultProject: 'test/tsconfig.json' },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-condition': ['error', { checkLoops: false }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // React's handlers and Node's event listeners may be async; what they reject with is dealt with inside.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: false, properties: false } }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Fires on assertions that tfjs-core's rank types need; the compiler already refuses wrong ones.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // Methods in interfaces are plain functions here: stores and APIs of closures, which use no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // An abort signal's reason is of any type and is passed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // A handler of the contract is async by its type whether or not it waits.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      // Output belongs to the command line's output.ts, to the log of the backend, or to the window.
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
    },
  },
  // Standard error of the compute process is its log.
  { files: ['src/compute/**/*.ts'], rules: { 'no-console': ['error', { allow: ['error'] }] } },
  {
    files: ['src/ml/**/*.ts', 'src/shared/**/*.ts', 'src/vision/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
        { object: 'Date', property: 'now', message: 'Time is an argument.' },
        { object: 'performance', property: 'now', message: 'Time is an argument.' },
      ],
    },
  },
  {
    files: ['src/renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['test/**/*.{ts,tsx}', 'bench/**/*.ts'],
    rules: {
      // Tests look into answers of JSON and of doubles whose types they do not need.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
)
