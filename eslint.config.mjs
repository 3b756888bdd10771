import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const only = (tag, ...allowed) => ({ sourceTag: tag, onlyDependOnLibsWithTags: allowed });
// Who may import whom across projects: see docs/architecture.md.
const boundaries = (...constraints) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      enforceBuildableLibDependency: false,
      allow: [],
      // A lib's sub-paths are modules of their own: one may be loaded lazily, another statically.
      checkDynamicDependenciesExceptions: ['.*'],
      depConstraints: constraints,
    },
  ],
});
const layers = [
  only('type:app', 'type:lib'),
  only('type:web', 'type:lib'),
  only('type:e2e', 'type:lib', 'type:tools', 'type:cli'),
  only('type:tools'),
  only('type:cli', 'type:lib', 'type:tools'),
  only('type:bench', 'type:lib', 'type:tools'),
  only('lib:service-kit', 'type:lib'),
  only('lib:outbox', 'lib:messaging', 'lib:pg-log', 'lib:envelope', 'lib:contracts', 'lib:tracing'),
  only('lib:messaging', 'lib:pg-log', 'lib:envelope', 'lib:contracts', 'lib:tracing'),
  only('lib:pg-log'),
  only('lib:envelope'),
  only('lib:contracts'),
  only('lib:tracing'),
  only('lib:live-client', 'lib:contracts'),
];
const tests = ['**/*.spec.ts', '**/testing/**', 'apps/*/test/**'];
const withTools = layers.map(({ sourceTag, onlyDependOnLibsWithTags: allowed }) =>
  only(sourceTag, ...allowed, 'type:tools'),
);
const why = 'See docs/architecture.md#who-may-import-whom';
const forbid = (files, pattern, message) => ({
  files,
  ignores: ['**/*.spec.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ ...pattern, message }] }] },
});

export default tseslint.config(
  {
    ignores: ['**/dist', '**/gen', '**/gen-es', '.nx', '**/*.{mjs,cjs}', '*.ts', '**/*.config.ts'],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    rules: {
      ...boundaries(...layers),
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  // Tests start servers, which production code never does.
  { files: tests, rules: boundaries(...withTools) },
  // Who may import whom inside a service.
  forbid(
    ['apps/*/src/domain/**'],
    { regex: '^(?!\\./)' },
    `The domain imports nothing: hand it what it needs as an argument, or move this into a use case. ${why}`,
  ),
  forbid(
    ['apps/*/src/use-cases/**'],
    {
      group: [
        '@nestjs/*',
        '@mesh/service-kit',
        '**/inbound/*',
        '**/outbound/*',
        'pg',
        'kafkajs',
        'amqplib',
      ],
    },
    `A use case imports the domain, contracts, and types of messaging and outbox: declare the interface that it needs beside it, implement that in outbound/, and hand it over in the module. ${why}`,
  ),
  forbid(
    ['apps/*/src/inbound/**'],
    { group: ['@nestjs/common'], importNames: ['Body', 'Query'] },
    'These take what comes: use ValidBody and ValidQuery of service-kit, which validate.',
  ),
  forbid(
    ['libs/!(service-kit)/**'],
    { group: ['@nestjs/*'] },
    `Only service-kit imports Nest, for the framework stays at the edge: write this as plain TypeScript, and wire it in libs/service-kit or in an app. ${why}`,
  ),
);
