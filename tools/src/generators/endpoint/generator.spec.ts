import type { Tree } from '@nx/devkit';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changesOf, workspaceTree } from '../kit/testing.js';
import { addMethod } from '../rpc/generator.js';
import makeService from '../service/generator.js';
import generate from './generator.js';

let tree: Tree;
const text = (path: string) => tree.read(path, 'utf8') ?? '';
const inbound = 'apps/gateway/src/inbound';
const get = { service: 'quarry', method: 'GetStone', path: '/v1/stones/{stoneId}' };
const create = { service: 'quarry', method: 'CreateStone', path: '/v1/stones' };

let made: ReturnType<typeof changesOf>;
beforeAll(async () => {
  const first = workspaceTree();
  await makeService(first, { name: 'quarry', aggregate: 'stone' });
  const service = 'quarry';
  addMethod(first, { service, method: 'WatchStone', kind: 'server' });
  addMethod(first, { service, method: 'CutStone', request: 'stoneId:string,at:timestamp' });
  addMethod(first, { service, method: 'WeighStones', request: 'from:uint32,to:uint32' });
  made = changesOf(first);
}, 60_000);
beforeEach(() => {
  tree = workspaceTree();
  for (const [path, content] of made) tree.write(path, content ?? '');
});

describe('an endpoint', () => {
  it('passes a call on: path, body, idempotency key', async () => {
    await generate(tree, create);
    const controller = text(`${inbound}/create-stone.http.controller.ts`);
    expect(controller).toContain(`@Post('v1/stones')`);
    expect(controller).toContain('return this.client.createStone({ ...body, idempotencyKey });');
    const endpoint = text(`${inbound}/create-stone.endpoint.ts`);
    expect(endpoint).toContain('strictBody({ name: z.string().max(1024) })');
    expect(endpoint).toContain('201: {');
    expect(tree.exists('apps/gateway/test/create-stone.spec.ts')).toBe(true);
  });

  it('is a feature of the gateway, which calls the service', async () => {
    await generate(tree, create);
    await generate(tree, get);
    expect(text(`${inbound}/quarry-endpoints.api.ts`)).toContain(
      '[createStoneEndpoint, getStoneEndpoint]',
    );
    expect(text('apps/gateway/src/features.ts').match(/QuarryEndpointsModule,/g)).toHaveLength(1);
    expect(text('apps/gateway/src/config.ts')).toContain('QUARRY_GRPC_ADDRESS: grpcAddress()');
    const { calls } = JSON.parse(text('apps/gateway/service.json')) as { readonly calls: string[] };
    expect(calls.filter((one) => one === 'quarry')).toEqual(['quarry']);
    expect(text(`${inbound}/get-stone.endpoint.ts`)).toContain(`'STONE_NOT_FOUND'`);
  });

  it('given GET, then takes what is not in the path from the query', async () => {
    const path = '/v1/weights';
    await generate(tree, { service: 'quarry', method: 'WeighStones', path, verb: 'GET' });
    expect(text(`${inbound}/weigh-stones.http.controller.ts`)).toContain(
      '@ValidQuery(bounded(weighStonesQuery))',
    );
  });

  it('given it is there, then nothing changes, also what was written by hand', async () => {
    await generate(tree, get);
    tree.write(`${inbound}/get-stone.http.controller.ts`, '// mine\n');
    const once = changesOf(tree);
    await generate(tree, { ...get, path: '/v1/stones/:stoneId' });
    expect(changesOf(tree)).toEqual(once);
  });
});

describe('what is refused', () => {
  it.each([
    [{ service: 'nowhere' }, 'There is no service nowhere: there are '],
    [{ method: 'LoseStone' }, 'quarry has no method LoseStone: there are CreateStone, GetStone,'],
    [{ method: 'WatchStone' }, 'WatchStone streams, which HTTP does not here'],
    [{ path: 'v1/stones' }, '"v1/stones" is no path: give words in lower case behind slashes'],
    [{ path: '/v1/Stones/{stoneId}' }, '"/v1/Stones/{stoneId}" is no path'],
    [{ path: '/v1/stones/{id}' }, '{id} is no text of GetStoneRequest: take stoneId'],
    [
      { method: 'CutStone', path: '/v1/cuts' },
      `at of CutStoneRequest can't be taken from a body by this generator: give fields of text`,
    ],
  ])('%o', async (options, message) => {
    const before = changesOf(tree);
    await expect(generate(tree, { ...get, ...options })).rejects.toThrow(message);
    expect(changesOf(tree)).toEqual(before);
  });

  it('a path that is served already, and a second path for one method', async () => {
    await generate(tree, get);
    const other = { service: 'quarry', method: 'WeighStones', verb: 'GET' } as const;
    await expect(generate(tree, { ...other, path: get.path })).rejects.toThrow(
      '{stoneId} is no text of WeighStonesRequest',
    );
    await generate(tree, { ...other, path: '/v1/weights' });
    await expect(generate(tree, { ...other, path: '/v1/other' })).rejects.toThrow(
      'WeighStones is at another path already',
    );
    await expect(generate(tree, { ...create, path: '/v1/weights', verb: 'GET' })).rejects.toThrow(
      `GET /v1/weights is served already, see ${inbound}/weigh-stones.endpoint.ts`,
    );
  });

  it('a path that was written by hand', async () => {
    tree.write(
      `${inbound}/by-hand.api.ts`,
      `const paths = {\n  '/v1/stones': {\n    post: operation({}),\n  },\n};\n`,
    );
    await expect(generate(tree, create)).rejects.toThrow(
      `POST /v1/stones is served already, see ${inbound}/by-hand.api.ts: choose another path`,
    );
  });
});
