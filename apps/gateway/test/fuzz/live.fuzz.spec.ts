import { fuzz, fuzzSettings } from '@mesh/tools/testing/fuzz';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from '../gateway-fixture.js';
import { liveCases } from './live-cases.js';
import { LiveSender } from './live-sender.js';

const settings = fuzzSettings();

let gateway: GatewayFixture;
let sender: LiveSender;
let token: string;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  token = await gateway.token('ann', 'operator');
  sender = new LiveSender(new URL(gateway.url), token);
});
afterAll(async () => {
  sender?.close();
  await gateway?.stop();
});

it('given whatever a stranger sends over WebSockets, then acknowledges or closes, and goes on', async () => {
  await fuzz({ ...{ settings, cases: liveCases }, run: (one) => sender.send(one) });
  const { socket } = gateway.live(token);
  expect(await socket.emitWithAck('subscribe', { feed: 'orders' })).toMatchObject({ ok: true });
  socket.disconnect();
});
