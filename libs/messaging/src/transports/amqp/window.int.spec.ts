import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../../testing/samples.js';
import type { Transport } from '../../transport.js';
import { amqpTransport } from './index.js';
import { Stranger } from './testing/stranger.js';

const url = process.env['TEST_AMQP_URL'] ?? '';
const MIB = 1024 * 1024;

describe.skipIf(url === '')('the window of an AMQP subscription', () => {
  let stranger: Stranger;
  let transport: Transport;
  const group = `test.${randomUUID()}`;

  beforeEach(async () => {
    transport = amqpTransport({ url, clientName: 'window-spec' });
    stranger = await Stranger.arrive(url);
  });
  afterEach(async () => {
    await transport.close();
    await stranger.leave();
  });

  it('given a backlog of the largest events and a handler that takes its time, then no more bytes are handed over than the window has', async () => {
    const source = `mesh.test.${randomUUID()}`;
    const window = { bytes: 4 * MIB };
    const go = Promise.withResolvers<void>();
    let handled = 0;
    const handler = async () => {
      await go.promise;
      handled += 1;
    };
    await (
      await transport.subscribe({ source, group, window }, handler)
    ).ready;
    const publisher = await transport.publisher();
    const large = 'x'.repeat(MIB);
    for (let sent = 0; sent < 10; sent += 1)
      await publisher.publish([messageOf(source, `key-${sent}`, large)]);
    const waiting = () => stranger.does((channel) => channel.checkQueue(group));
    // Ready messages are those that were not handed over.
    await expect.poll(async () => (await waiting()).messageCount).toBe(6);
    expect(await transport.lag!({ source, group })).toEqual([{ partition: 0, count: 6 }]);
    go.resolve();
    await expect.poll(() => handled).toBe(10);
  });
});
