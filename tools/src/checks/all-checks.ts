import { chaosCheck } from './chaos-check.js';
import type { Check } from './check.js';
import { codeChecks } from './code-checks.js';
import { contractChecks } from './contract-checks.js';
import { observabilityChecks } from './observability-checks.js';
import { imageCheck } from './image-check.js';
import { allServices } from '../services/index.js';
import { nxCheck, programCheck } from './program-check.js';
import { starterCheck } from './starter-check.js';
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
  ...codeChecks,
  ...contractChecks,
  ...observabilityChecks,
];

/** What people do with it first. */
export const starterChecks: readonly Check[] = [starterCheck];

export const testChecks: readonly Check[] = [
  vitestCheck('unit', 'unit tests'),
  vitestCheck('integration', 'integration tests'),
  vitestCheck('service', 'whole-service tests'),
  vitestCheck('k8s', 'Kubernetes manifests'),
];

/** The whole mesh, from what is built. */
export const endToEndChecks: readonly Check[] = [
  {
    ...nxCheck('build', 'build'),
    stage: 'e2e',
    run: () => nxCheck('build', 'build').run({ filters: [] }),
  },
  vitestCheck('e2e', 'end-to-end tests'),
  vitestCheck('docs', 'documentation'),
];

/** One of the services, of the packages that are here; `npm run images` builds all, from nothing. */
export const imageChecks: readonly Check[] = allServices()
  .slice(0, 1)
  .map(({ name }) => imageCheck(name));

/** The whole mesh under faults; after all else, because it takes the machine for minutes. */
export const chaosChecks: readonly Check[] = [chaosCheck(2)];

export interface Stage {
  readonly name: string;
  readonly what: string;
  /** Can't be limited to a part. */
  readonly whole?: true;
}

export const stages: readonly Stage[] = [
  { name: 'format', what: 'prettier' },
  { name: 'lint', what: 'eslint: layers, unused code' },
  { name: 'typecheck', what: 'tsc, every project' },
  { name: 'buf', what: 'buf lint, buf breaking, generated code up to date', whole: true },
  {
    name: 'observability',
    what: 'rules of alerts, their tests by promtool, runbooks, dashboards',
    whole: true,
  },
  { name: 'unit', what: '*.spec.ts, no I/O' },
  { name: 'integration', what: '*.int.spec.ts, real servers of its own' },
  { name: 'service', what: 'apps/*/test, one service whole' },
  { name: 'k8s', what: 'Kubernetes manifests, rendered and held against the code' },
  { name: 'e2e', what: 'apps/e2e, the whole mesh and a browser' },
  {
    name: 'docs',
    what: 'commands of the pages, run; their links and paths; tables of settings; --help',
  },
  {
    name: 'starter',
    what: 'a copy renamed, with services of its own, without the example; `whole`: all tests there',
  },
  { name: 'images', what: 'the image of a service, built, started and ended', whole: true },
  {
    name: 'chaos',
    what: 'two minutes of faults made to the whole mesh, nothing lost',
    whole: true,
  },
];
