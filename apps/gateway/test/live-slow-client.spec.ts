// Begins early: takes 12 s.
import { RuleBroken } from '@mesh/messaging/testing';
import { metrics } from '@mesh/tracing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { LiveConnection } from '../src/inbound/live-connection.js';
import { SendQueue } from '../src/inbound/live-send-queue.js';
import { GatewayFixture } from './gateway-fixture.js';
import { bufferBytes, onTopBytes, slowClientsAreConflated, Traffic } from './slow-client-rule.js';
import { kernelBytes, kernelLimit, StallingClient } from './stalling-client.js';

let gateway: GatewayFixture;

beforeAll(async () => {
  gateway = await GatewayFixture.start({
    LIVE_BUFFER_BYTES: `${bufferBytes / 1024}KiB`,
    LIVE_SLOW_TIMEOUT: '5m',
  });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => gateway?.stop());

const { send } = SendQueue.prototype;
const { end } = LiveConnection.prototype;

const defects: Readonly<Record<string, () => void>> = {
  'keeps everything'() {
    vi.spyOn(SendQueue.prototype, 'send').mockImplementation(withoutState);
    vi.spyOn(LiveConnection.prototype, 'end').mockImplementation(function (
      this: LiveConnection,
      code,
    ) {
      if (code !== 'SLOW_CLIENT') end.call(this, code);
    });
  },
  'does not conflate'() {
    vi.spyOn(SendQueue.prototype, 'send').mockImplementation(withoutState);
  },
  'drops what is too much'() {
    vi.spyOn(SendQueue.prototype, 'send').mockImplementation(function (this: SendQueue, ...args) {
      if (this.bytes < 50_000) send.apply(this, args);
    });
  },
};

function withoutState(this: SendQueue, event: string, message: object): void {
  send.call(this, event, message);
}

/** As the metric of this process has it. */
async function buffered(): Promise<number> {
  const { values } = await metrics.registry.getSingleMetric('mesh_live_buffered_bytes')!.get();
  return values[0]!.value;
}

describe('rule 37', () => {
  it('a client that stops reading: bounded, conflated to the latest state, others not slowed', async () => {
    await slowClientsAreConflated(gateway);
  });

  it.each([
    ['keeps everything', /^more than \d+ bytes wait for a client that does not read$/],
    ['does not conflate', /^a client whose orders fit in was cut off$/],
    ['drops what is too much', /^the latest state of [1-9]\d* orders did not come$/],
  ])('rejects a gateway that %s', async (defect, because) => {
    defects[defect]!();
    const error = await slowClientsAreConflated(gateway).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RuleBroken);
    expect((error as RuleBroken).reason).toMatch(because);
  });
});

it('given more orders than may wait, then the client is cut off, and is told when it reads again', async () => {
  const customerId = `c-${crypto.randomUUID()}`;
  const traffic = new Traffic(gateway, customerId, 200);
  const slow = new StallingClient(gateway.live(await gateway.token(customerId)).socket);
  await slow.follow();
  slow.stall();
  let most = 0;
  let shown = 0;
  const ended = vi.spyOn(LiveConnection.prototype, 'end');
  await vi.waitFor(
    async () => {
      await traffic.round(50);
      most = Math.max(most, traffic.waitingBytes);
      shown = Math.max(shown, await buffered());
      expect(ended).toHaveBeenCalledWith('SLOW_CLIENT');
    },
    { timeout: 30_000, interval: 1 },
  );
  expect(most).toBeLessThan(bufferBytes + onTopBytes);
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(bufferBytes + onTopBytes);
  expect(kernelBytes(gateway.gateway.ports.http!, slow.port)).toBeLessThanOrEqual(kernelLimit());
  slow.read();
  await vi.waitFor(() => expect(slow.disconnects).toEqual(['transport close']), 10_000);
  expect(slow.closings).toEqual([
    { code: 'SLOW_CLIENT', message: expect.stringContaining('cursor'), inMs: 0 },
  ]);
  slow.close();
  await vi.waitFor(async () => expect(await buffered()).toBe(0), 10_000);
});
