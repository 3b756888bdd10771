import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@mesh/tools/testing/eventually';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../src/inbound/api-schemas.js';
import { operationsSchemas as schemas } from '../src/inbound/docs/operations-examples.js';
import { devKey } from './dev-key.js';
import { GatewayFixture } from './gateway-fixture.js';
import { mood, startOperated } from './operated-service.js';

const folder = temporaryFolder();
const root = '/v1/operations';
const letters = `${root}/operated/dead-letters`;
let gateway: GatewayFixture;
let operated: Awaited<ReturnType<typeof startOperated>>;
let operator: string;
/** Takes connections and never answers. */
let silent: Server;
/** Has no routes for dead letters, as a service without a database. */
let keeper: Server;

beforeAll(async () => {
  const keyFile = devKey(folder.path);
  operated = await startOperated(keyFile);
  silent = createServer(() => {});
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  keeper = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => keeper.listen(0, '127.0.0.1', listening));
  gateway = await GatewayFixture.start({
    AUTH_DEV_KEY_FILE: keyFile,
    OPERATIONS_URLS: `gateway=http://127.0.0.1:${(keeper.address() as AddressInfo).port}, operated=${operated.management}, gone=http://127.0.0.1:1, silent=http://127.0.0.1:${(silent.address() as AddressInfo).port}/`,
  });
  operator = await gateway.token('olga', 'operator');
});
afterAll(async () => {
  silent?.closeAllConnections();
  silent?.close();
  keeper?.close();
  await gateway?.stop();
  await operated?.stop();
  folder.remove();
});

const get = (path: string, token = operator) => gateway.call('GET', path, { token });
const post = (path: string, body: unknown) => gateway.call('POST', path, { token: operator, body });
const state = async () => schemas.ServiceState.schema.parse((await get(`${root}/operated`)).body);
const listed = async (query = '') =>
  schemas.DeadLetterPage.schema.parse((await get(letters + query)).body);
const parked = (count: number) =>
  eventually(`${count} dead letters`, async () => (await listed()).items.length === count);

describe('how services stand', () => {
  it('given a service that works, one that is gone and one that is silent, then each is told in time', async () => {
    const { status, body } = await get(root);
    expect(status).toBe(200);
    const { services } = schemas.ServiceStates.schema.parse(body);
    expect(services.map(({ service, status }) => [service, status])).toEqual([
      ['gateway', 'down'],
      ['operated', 'ready'],
      ['gone', 'down'],
      ['silent', 'down'],
    ]);
    expect(services[1]).toMatchObject({
      waitingFor: [],
      outbox: { depth: expect.any(Number), maxEvents: 200_000 },
      deadLetters: { total: 0, oldestParkedAt: null, byReason: [], groups: [] },
    });
    expect(services[2]).toMatchObject({
      waitingFor: [{ reason: 'The management port of gone is not reachable' }],
      ...{ outbox: null, deadLetters: null, consumers: [], breakers: [] },
    });
    expect(services[3]?.waitingFor[0]?.reason).toBe('silent did not answer in time');
  });

  it('given a handler whose circuit opens, then it is told with the lag of its group', async () => {
    const name = 'Subscriber.onRejected';
    const seen = (breaker: string, lag: number) => async () => {
      const { breakers, consumers } = await state();
      const group = consumers.find((one) => one.group === 'operated.calls');
      return breakers[0]?.state === breaker && group?.lag === lag && breakers[0].name === name;
    };
    mood.isDown = true;
    for (const id of ['o-1', 'o-2', 'o-3']) await operated.source.reject(id);
    await eventually('an open circuit', seen('open', 3));
    mood.isDown = false;
    await eventually('a closed circuit', seen('closed', 0));
  });
});

describe('dead letters', () => {
  it('given parked events of a key, then they are found, looked at, redriven in order, and it is on record', async () => {
    mood.refuses.add('bad');
    for (const version of [1, 2, 3]) await operated.source.confirm('bad', version);
    await parked(3);
    expect((await state()).deadLetters).toMatchObject({
      ...{ total: 3, groups: expect.arrayContaining([expect.objectContaining({ keys: 1 })]) },
      byReason: [{ reason: 'max-attempts', count: 3 }],
    });
    const first = await listed('?limit=2&key=bad&reason=max-attempts');
    const second = await listed(`?limit=2&key=bad&cursor=${first.nextCursor}`);
    const items = [...first.items, ...second.items];
    expect(items.map(({ key, behind }) => [key, behind === null])).toEqual([
      ['bad', true],
      ['bad', false],
      ['bad', false],
    ]);
    expect(second.nextCursor).toBeNull();

    const { id } = items[0]!;
    const whole = schemas.WholeDeadLetter.schema.parse((await get(`${letters}/${id}`)).body);
    expect(whole).toMatchObject({
      headers: { ce_type: 'mesh.order.v1.OrderConfirmed' },
      content: { kind: 'mesh.order.v1.OrderConfirmed, by its schema' },
    });
    expect(JSON.parse(whole.content.text!)).toMatchObject({ orderId: 'bad', version: 1 });

    const dry = await post(`${letters}/redrive`, { ids: [id], dryRun: true });
    expect(schemas.DeadLetterOutcome.schema.parse(dry.body)).toEqual({
      ...{ dryRun: true, total: 3, items, results: [], left: 3 },
      ...{ tried: 0, done: 0, failed: 0, notTried: 3 },
    });
    const early = await post(`${letters}/redrive`, { ids: [id] });
    expect(early.body).toMatchObject({
      results: [{ id, result: 'failed', detail: 'Not bad' }],
      ...{ tried: 1, done: 0, failed: 1, notTried: 2, left: 3 },
    });
    mood.refuses.clear();
    const redriven = await post(`${letters}/redrive`, { ids: [items[2]!.id] });
    expect(schemas.DeadLetterOutcome.schema.parse(redriven.body)).toEqual({
      ...{ dryRun: false, total: 3, items: [], left: 0 },
      ...{ tried: 3, done: 3, failed: 0, notTried: 0 },
      results: items.map((one) => ({ id: one.id, result: 'done' })),
    });
    expect((await listed()).items).toEqual([]);
    const { body } = await get(`${root}/operated/audit?limit=2`);
    expect(schemas.OperationsAudit.schema.parse(body).items).toMatchObject([
      { actor: 'olga', action: 'redrive', deadLetter: items[2]!.id, result: 'done' },
      { actor: 'olga', action: 'redrive', deadLetter: items[1]!.id, result: 'done' },
    ]);
  });

  it('given a dead letter that nobody wants, when discarding, then first shows it and then gives it up', async () => {
    mood.refuses.add('worse');
    await operated.source.confirm('worse', 1);
    await parked(1);
    const [letter] = (await listed()).items;
    const ids = [letter!.id, '999999'];
    const dry = await post(`${letters}/discard`, { ids, dryRun: true });
    expect(dry.body).toMatchObject({ dryRun: true, total: 1, items: [letter] });
    const done = await post(`${letters}/discard`, { ids });
    expect(done.body).toMatchObject({ results: [{ id: letter!.id, result: 'done' }], left: 0 });
    expect((await get(`${letters}/${letter!.id}`)).status).toBe(404);
    expect((await get(`${root}/operated/audit?limit=1`)).body.items).toMatchObject([
      { actor: 'olga', action: 'discard', deadLetter: letter!.id },
    ]);
  });
});

describe('what is refused', () => {
  it.each<[string, string, string, unknown, number, string]>([
    ['an unknown service', 'GET', `${root}/nobody`, undefined, 404, 'NOT_FOUND'],
    [
      'dead letters of the gateway',
      'GET',
      `${root}/gateway/dead-letters`,
      undefined,
      404,
      'NOT_FOUND',
    ],
    ['the audit of the gateway', 'GET', `${root}/gateway/audit`, undefined, 404, 'NOT_FOUND'],
    [
      'a redrive of the gateway',
      'POST',
      `${root}/gateway/dead-letters/redrive`,
      { ids: ['1'] },
      404,
      'NOT_FOUND',
    ],
    ['a service that is gone', 'GET', `${root}/gone/dead-letters`, undefined, 503, 'UNAVAILABLE'],
    ['a dead letter that is not there', 'GET', `${letters}/1234`, undefined, 404, 'NOT_FOUND'],
    ['an id that is none', 'GET', `${letters}/redrive`, undefined, 404, 'NOT_FOUND'],
    ['an unknown reason', 'GET', `${letters}?reason=tired`, undefined, 400, 'VALIDATION_FAILED'],
    ['a cursor of no list', 'GET', `${letters}?cursor=x`, undefined, 400, 'CURSOR_INVALID'],
    ['no ids', 'POST', `${letters}/redrive`, { ids: [] }, 400, 'VALIDATION_FAILED'],
    [
      'another field',
      'POST',
      `${letters}/discard`,
      { ids: ['1'], all: 1 },
      400,
      'VALIDATION_FAILED',
    ],
    ['another method', 'DELETE', `${letters}/1`, undefined, 405, 'METHOD_NOT_ALLOWED'],
  ])('given %s, then so', async (_what, method, path, body, status, code) => {
    const answer = await gateway.call(method, path, { token: operator, body });
    expect([answer.status, problem.parse(answer.body).code]).toEqual([status, code]);
  });

  it('given a service without dead letters, then the problem says that it keeps none', async () => {
    const { body } = await get(`${root}/gateway/dead-letters`);
    expect(problem.parse(body).detail).toBe('gateway keeps no dead letters');
  });

  it('given no token, or one of a customer, then nobody is let in', async () => {
    const customer = await gateway.token('ann', 'customer');
    for (const path of [root, letters, `${letters}/1`, `${root}/operated/audit`]) {
      expect((await get(path, customer)).status).toBe(403);
      expect((await gateway.call('GET', path)).status).toBe(401);
    }
    const body = { ids: ['1'] };
    const answer = await gateway.call('POST', `${letters}/redrive`, { token: customer, body });
    expect(answer.status).toBe(403);
  });

  it('given a gateway that knows no management ports, then 404 says which variable to set', async () => {
    const alone = await GatewayFixture.start();
    const token = await alone.token('olga', 'operator');
    const answer = await alone.call('GET', root, { token });
    await alone.stop();
    expect([answer.status, problem.parse(answer.body).code]).toEqual([404, 'NOT_FOUND']);
    expect(answer.body.detail).toContain('set OPERATIONS_URLS');
  });
});
