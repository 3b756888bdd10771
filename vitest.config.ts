import { defineConfig } from 'vitest/config';

const files = (name: string) => ['apps', 'libs', 'tools'].map((root) => `${root}/**/*.${name}.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: files('spec'),
          exclude: ['**/node_modules/**', '**/dist/**', ...files('int.spec')],
        },
      },
      {
        test: {
          name: 'integration',
          include: files('int.spec'),
          exclude: ['**/node_modules/**', '**/dist/**', 'apps/e2e/**'],
          globalSetup: ['tools/src/testing/servers.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
