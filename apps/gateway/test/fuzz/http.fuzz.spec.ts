// Begins early: takes 12 s.
import { fuzz, fuzzSettings } from '@mesh/tools/testing/fuzz';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from '../gateway-fixture.js';
import { httpCases } from './http-cases.js';
import { HttpSender, type HttpAnswer } from './http-sender.js';

const settings = fuzzSettings();
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

it('given whatever a stranger sends over HTTP, then answers in its words and goes on', async () => {
  const statuses = new Map<number, number>();
  let sent = 0;
  await fuzz({
    ...{ settings, cases: httpCases },
    run: async (one) => {
      if (++sent % forgetEvery === 0) gateway.orders.forget();
      const answers = await sender.send(one);
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const fault = answers.map(faultOf).find((found) => found !== undefined);
      return fault ?? (one.kind === 'request' && answers.length === 0 ? 'No answer' : undefined);
    },
  });
  console.log(
    `HTTP: ${settings.cases} cases, by status ${JSON.stringify(Object.fromEntries(statuses))}`,
  );
  for (const status of [200, 201, 400, 401, 404, 405])
    expect([...statuses.keys()]).toContain(status);
  expect((await gateway.call('GET', '/v1/stock')).status).toBe(200);
});

function faultOf({ status, headers, body }: HttpAnswer): string | undefined {
  if (status >= 500 && status !== 503) return `Answered ${status}: ${body.slice(0, 500)}`;
  if (status === 503 && headers['retry-after'] === undefined)
    return 'Answered 503 without Retry-After';
  if (status < 400 || headers['content-type'] !== 'application/problem+json' || body === '')
    return undefined;
  const { traceId } = JSON.parse(body) as { traceId?: string };
  return /^[0-9a-f]{32}$/.test(traceId ?? '') ? undefined : `Without a trace id: ${body}`;
}
