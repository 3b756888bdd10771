// Begins early: takes 8 s.
import { fuzz, fuzzSettings } from '@mesh/tools/testing/fuzz';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from '../gateway-fixture.js';
import { HttpSender, type HttpAnswer } from './http-sender.js';
import { rpcCases } from './rpc-cases.js';

const { seed, cases } = fuzzSettings();
/** The other half is for the order service's own port. */
const settings = { seed, cases: Math.ceil(cases / 2) };
const forgetEvery = 200;

let gateway: GatewayFixture;
let sender: HttpSender;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  sender = new HttpSender(new URL(gateway.url), {
    ann: await gateway.token('ann'),
    operator: await gateway.token('olga', 'operator'),
  });
});
afterAll(async () => {
  sender?.close();
  await gateway?.stop();
});

it('given whatever a stranger sends over Connect and gRPC-Web, then no call is INTERNAL or UNKNOWN', async () => {
  const statuses = new Map<number, number>();
  let sent = 0;
  await fuzz({
    ...{ settings, cases: rpcCases },
    run: async (one) => {
      if (++sent % forgetEvery === 0) gateway.orders.forget();
      const answers = await sender.send(one);
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      return answers.length === 0 ? 'No answer' : answers.map(faultOf).find(Boolean);
    },
  });
  console.log(
    `Connect and gRPC-Web: ${settings.cases} cases, by status ${JSON.stringify(Object.fromEntries(statuses))}`,
  );
  for (const status of [200, 400, 401, 404, 405, 415])
    expect([...statuses.keys()]).toContain(status);
  expect(gateway.orders.watchers).toBe(0);
});

/** A call tells its outcome by status, in the trailer of gRPC-Web, or in the end of a Connect stream. */
function faultOf({ status, body }: HttpAnswer): string | undefined {
  const code =
    /grpc-status: (2|13|15)\b/.exec(body) ?? /"code":"(unknown|internal|data_loss)"/.exec(body);
  return status === 500 || code !== null ? `Answered ${status}: ${body.slice(0, 500)}` : undefined;
}
