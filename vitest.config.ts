import { configDefaults, defineConfig } from 'vitest/config';

const servers = ['tools/src/testing/servers.setup.ts'];
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };
const wholeService = 'apps/*/test/**';
const endToEnd = 'apps/e2e/**';
const not = (...globs: string[]) => [...configDefaults.exclude, '.mesh/**', ...globs];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,libs,tools}/**/*.spec.{ts,tsx}'],
          exclude: not('**/*.int.spec.ts', wholeService, endToEnd),
          // Property tests take seconds on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{apps,libs,tools}/**/*.int.spec.ts'],
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
    ],
  },
});
