// Who may import whom (the rules of docs/architecture.md and CONTRIBUTING.md). Each room lists what it may reach; everything else is an error.

const roots = ['shared', 'ml', 'runtime', 'vision', 'compute', 'main', 'web', 'cli', 'preload', 'renderer']

/** Forbids a folder every path of src/ but the listed ones. */
const reaches = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: allowed.map((path) => `^src/${path}`) },
})

const shared = 'shared/'
const backend = 'main/(backend|jobs|interop|media|store)/'
const node = ['core']
const npm = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg']

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that know each other are one file, or one of them knows too much. Types alone may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(electron$|virtual:)' } },
    {
      name: 'closed-set-of-rooms',
      comment: 'src/ holds these rooms and no files of its own; a new room is a decision to be written down first.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${roots.join('|')})/` },
      to: {},
    },
    {
      name: 'closed-set-of-main-rooms',
      severity: 'error',
      from: { path: '^src/main/', pathNot: '^src/main/(index\\.ts|(shell|backend|store|media|jobs|interop)/)' },
      to: {},
    },

    reaches('shared-reaches-nothing', 'shared', [shared]),
    { name: 'shared-is-pure', severity: 'error', from: { path: '^src/shared/' }, to: { dependencyTypes: node } },
    {
      name: 'shared-uses-zod-and-the-contract',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { dependencyTypes: npm, pathNot: 'node_modules/(zod|@orpc/contract)/' },
    },

    reaches('ml-reaches-shared', 'ml', ['ml/', shared]),
    { name: 'ml-knows-no-node', severity: 'error', from: { path: '^src/ml/' }, to: { dependencyTypes: node } },
    {
      name: 'ml-uses-tfjs-core-only',
      severity: 'error',
      from: { path: '^src/ml/' },
      to: { dependencyTypes: npm, pathNot: 'node_modules/@tensorflow/tfjs-core/' },
    },

    reaches('runtime-reaches-ml', 'runtime', ['runtime/', 'ml/', shared]),
    reaches('vision-reaches-shared', 'vision', ['vision/', shared]),
    reaches('compute-reaches-runtime-vision-ml', 'compute', ['compute/', 'runtime/', 'vision/', 'ml/', shared]),

    reaches('backend-reaches-the-rooms-behind-it', 'main/backend', [backend, shared]),
    reaches('jobs-reach-media-and-store', 'main/jobs', ['main/(jobs|interop|media|store)/', shared]),
    {
      name: 'compute-client-reaches-shared',
      comment:
        'What crosses the process border is described in shared; the client and the process it drives know nothing else of either side.',
      severity: 'error',
      from: { path: '^src/main/jobs/computeClient\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(shared/|main/jobs/computeProcess\\.ts$)' },
    },
    reaches('interop-reaches-media-and-store', 'main/interop', ['main/(interop|media|store)/', shared]),
    reaches('media-reaches-shared', 'main/media', ['main/media/', shared]),
    reaches('store-reaches-shared', 'main/store', ['main/store/', shared]),
    reaches('shell-reaches-backend', 'main/shell', ['main/(shell|backend)/', shared]),
    {
      name: 'entry-joins-shell-and-backend',
      severity: 'error',
      from: { path: '^src/main/index\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(main/(shell|backend)|shared)/' },
    },
    reaches('web-reaches-backend', 'web', ['web/', 'main/backend/', shared]),
    reaches('cli-reaches-backend-and-host', 'cli', ['cli/', 'web/', 'main/backend/', shared]),
    reaches('preload-reaches-shared', 'preload', ['preload/', shared]),
    reaches('renderer-reaches-shared', 'renderer', ['renderer/', shared]),

    {
      name: 'electron-only-in-the-shell',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main/(shell/|index\\.ts)|preload/)' },
      to: { path: '(^|node_modules/)electron($|/)' },
    },
    { name: 'renderer-knows-no-node', severity: 'error', from: { path: '^src/renderer/' }, to: { dependencyTypes: node } },
    {
      name: 'no-sibling-features',
      comment: 'What two features share belongs to ui/, bridge/ or app/.',
      severity: 'error',
      from: { path: '^src/renderer/features/([^/]+)/' },
      to: { path: '^src/renderer/features/', pathNot: '^src/renderer/features/$1/' },
    },
    {
      name: 'ui-and-bridge-know-no-features',
      comment: 'The English text is in one place, app/strings.ts, which everything visible reads.',
      severity: 'error',
      from: { path: '^src/renderer/(ui|bridge)/' },
      to: { path: '^src/renderer/(features|app)/', pathNot: '^src/renderer/app/\\w*[sS]trings\\.ts$' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-development-packages-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main/shell|main/index\\.ts|preload)' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'], pathNot: 'node_modules/(@types|electron)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'],
    },
  },
}
