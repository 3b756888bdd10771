import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Of all choices that tests make by chance: one for the whole run, so that all workers have the same.
process.env['MESH_TEST_SEED'] ??= String(randomInt(2 ** 32));

const servers = ['tools/src/testing/servers.setup.ts'];
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };
const wholeService = 'apps/*/test/**';
const endToEnd = 'apps/e2e/**';
const chaos = 'chaos/**/*.chaos.spec.ts';
const not = (...globs: string[]) => [...configDefaults.exclude, '.mesh/**', ...globs];

/** Files whose first line says how long they take begin first, the longest at once: none is left alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files))
      .map((file) => ({ file, seconds: secondsOf(file) }))
      .sort((a, b) => b.seconds - a.seconds)
      .map(({ file }) => file);
  }
}

function secondsOf({ moduleId }: TestSpecification): number {
  const [, seconds] =
    /^\/\/ Begins early: takes (\d+) s/.exec(readFileSync(moduleId, 'utf8')) ?? [];
  return Number(seconds ?? 0);
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // One more than the cores of the smallest machine, for those that wait.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,libs,tools,cli,chaos}/**/*.spec.{ts,tsx}'],
          exclude: not('**/*.int.spec.ts', wholeService, endToEnd, chaos),
          // Property tests take seconds on a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{apps,libs,tools,cli,chaos}/**/*.int.spec.ts'],
          exclude: not(wholeService, endToEnd),
          globalSetup: servers,
          ...patience,
        },
      },
      {
        test: {
          name: 'service',
          include: [`${wholeService}/*.spec.ts`],
          exclude: not(endToEnd),
          globalSetup: servers,
          ...patience,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [`${endToEnd}/*.spec.ts`],
          exclude: not(),
          globalSetup: servers,
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'k8s',
          include: ['k8s/**/*.spec.ts'],
          exclude: not(),
          ...patience,
        },
      },
      {
        test: {
          name: 'docs',
          include: ['docs/checks/**/*.spec.ts'],
          exclude: not(),
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: [chaos],
          exclude: not(),
          fileParallelism: false,
          testTimeout: 300_000,
        },
      },
    ],
  },
});
