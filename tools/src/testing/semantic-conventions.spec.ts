import { expect, it } from 'vitest';
import { conventionalAttributes } from './semantic-conventions.js';

it('knows what is in force, stable or not, and not what was replaced', () => {
  const names = conventionalAttributes();
  const known = (name: string) => names.has(name);
  const inForce = ['http.route', 'db.system.name', 'rpc.status_code', 'messaging.system.name'];
  const replaced = ['http.url', 'db.system', 'rpc.grpc.status_code', 'messaging.system'];
  expect([inForce.filter(known), replaced.filter(known)]).toEqual([inForce, []]);
});
