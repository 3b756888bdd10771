import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, it } from 'vitest';
import { migrationsIndexOf } from './migrations.js';

it('given a service without a list of migrations, then says how to begin one', () => {
  const service = { folder: 'apps/lending', kebab: 'lending' } as Parameters<
    typeof migrationsIndexOf
  >[1];
  expect(() => migrationsIndexOf(createTreeWithEmptyWorkspace(), service)).toThrow(
    'apps/lending/src/outbound/migrations has no index.ts that lists the migrations of lending: write one with',
  );
});
