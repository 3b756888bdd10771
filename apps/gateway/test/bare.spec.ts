import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BareGateway } from './bare-gateway.js';

let gateway: BareGateway;

beforeAll(async () => {
  gateway = await BareGateway.start();
});
afterAll(() => gateway?.stop());

describe('a gateway that serves nothing of its own', () => {
  it('lets clients connect, refuses what they subscribe to and says why, and goes on', async () => {
    const socket = await gateway.connect();
    const ask = (name: string, message: object): Promise<unknown> =>
      socket.timeout(10_000).emitWithAck(name, message);
    const refusal = {
      ...{ ok: false, code: 'VALIDATION_FAILED' },
      message: 'There is nothing to subscribe to: nothing here is live',
    };
    expect(await ask('subscribe', { feed: 'probes' })).toEqual(refusal);
    expect(await ask('subscribe', { probeId: 'a', afterVersion: 0 })).toEqual(refusal);
    expect(await ask('unsubscribe', { feed: 'probes' })).toEqual(refusal);
    expect(socket.connected).toBe(true);
    socket.close();
  });

  it('has documents and their page, with what is there', async () => {
    const openApi = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as {
      readonly paths: object;
    };
    expect(Object.keys(openApi.paths).every((path) => /^\/(v1\/operations|dev)/.test(path))).toBe(
      true,
    );
    const page = await fetch(`${gateway.url}/docs`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/dev/token')]);
  });

  it('answers what it does not have with a problem', async () => {
    const missing = await fetch(`${gateway.url}/v1/probes`);
    expect([missing.status, await missing.json()]).toMatchObject([404, { code: 'NOT_FOUND' }]);
    const wrong = await fetch(`${gateway.url}/dev/token`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
