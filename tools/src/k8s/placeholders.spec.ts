import { expect, test } from 'vitest';
import { placeholdersIn } from './placeholders.js';

const gateway = (hostname: string) => ({
  kind: 'Gateway',
  metadata: { name: 'mesh', labels: { 'mesh.example/edge': 'true' } },
  spec: { listeners: [{ port: 80 }, { hostname }] },
});

test('given names of examples, then each is told with its place', () => {
  const config = { AUTH_JWKS_URL: 'https://issuer.example/keys', LOG_LEVEL: 'info' };
  const settings = { kind: 'ConfigMap', metadata: { name: 'mesh-config' }, data: config };
  expect(placeholdersIn([gateway('shop.example'), settings])).toEqual([
    'Gateway mesh: shop.example (spec.listeners[1].hostname)',
    'ConfigMap mesh-config: issuer.example (data.AUTH_JWKS_URL)',
  ]);
});

test('given names of somebody, then nothing is told, also not keys', () => {
  expect(placeholdersIn([gateway('shop.example.com')])).toEqual([]);
  expect(placeholdersIn([gateway('examples.shop')])).toEqual([]);
});
