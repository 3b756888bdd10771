import type { Check } from './check.js';
import { contractChecks } from './contract-checks.js';
import { nxCheck, programCheck } from './program-check.js';
import { vitestCheck } from './vitest-check.js';

/** In the order in which they run: the quick ones that read the code, then those that run it. */
export const staticChecks: readonly Check[] = [
  programCheck({
    stage: 'format',
    title: 'format',
    command: ({ filters }) => [
      'prettier',
      '--check',
      '--log-level=warn',
      ...(filters.length > 0 ? filters : ['.']),
    ],
  }),
  nxCheck('lint', 'lint'),
  nxCheck('typecheck', 'typecheck'),
  ...contractChecks,
];

export const testChecks: readonly Check[] = [
  vitestCheck('unit', 'unit tests'),
  vitestCheck('integration', 'integration tests'),
  vitestCheck('service', 'whole-service tests'),
];

/** The whole mesh, from what is built. */
export const endToEndChecks: readonly Check[] = [
  {
    ...nxCheck('build', 'build'),
    stage: 'e2e',
    run: () => nxCheck('build', 'build').run({ filters: [] }),
  },
  vitestCheck('e2e', 'end-to-end tests'),
];

export const stages: readonly (readonly [name: string, what: string])[] = [
  ['format', 'prettier'],
  ['lint', 'eslint through nx: layers, unused code'],
  ['typecheck', 'tsc, every project'],
  ['buf', 'buf lint, buf breaking, generated code up to date'],
  ['unit', '*.spec.ts, no I/O'],
  ['integration', '*.int.spec.ts, real servers of its own'],
  ['service', 'apps/*/test, one service whole'],
  ['e2e', 'apps/e2e, the whole mesh and a browser'],
];
