import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PublishError } from '../../errors.js';
import { Received } from '../../testing/received.js';
import { idsOf, messageOf, messagesOf } from '../../testing/samples.js';
import type { Transport } from '../../transport.js';
import { amqpTransport } from './index.js';

const url = process.env['TEST_AMQP_URL'] ?? '';

/** Between a transport and the broker, so that their connections can be cut. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Whoever connects is sent away. */
  down = false;

  constructor(target: URL) {
    this.#server = createServer((near) => {
      if (this.down) return void near.destroy();
      const far = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.setNoDelay(true);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => this.#sockets.delete(one) && other.destroy());
      }
    });
  }

  async open(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const through = new URL(url);
    through.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return through.href;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}

describe.skipIf(url === '')('AMQP over a connection that is cut', () => {
  let wire: Wire;
  let transport: Transport;
  let source: string;

  beforeEach(async () => {
    wire = new Wire(new URL(url));
    transport = amqpTransport({ url: await wire.open(), clientName: 'reconnect-spec' });
    source = `mesh.test.${randomUUID()}`;
    await transport.declare([source]);
  });
  afterEach(async () => {
    await transport.close();
    wire.close();
  });

  it('subscribes and publishes again; what was confirmed arrives', async () => {
    const received = new Received();
    const options = { source, group: `test.${randomUUID()}` };
    await (
      await transport.subscribe(options, received.handler)
    ).ready;
    const publisher = await transport.publisher();
    const confirmed: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const messages = messagesOf(source, 100);
      const call = publisher.publish(messages);
      if (round % 5 === 2) wire.cut();
      const refused = await call.then(
        (): readonly number[] => [],
        (error: unknown): readonly number[] => (error as PublishError).unconfirmed,
      );
      confirmed.push(...idsOf(messages.filter((_, index) => !refused.includes(index))));
    }
    await expect.poll(() => received.hasAll(confirmed), { timeout: 20_000 }).toBe(true);
  });

  it('binds the queue of an ephemeral group again', async () => {
    const received = new Received();
    const options = { source, group: 'test.replica', ephemeral: true };
    await (
      await transport.subscribe(options, received.handler)
    ).ready;
    wire.cut();
    const publisher = await transport.publisher();
    await expect
      .poll(
        async () => {
          await publisher.publish([messageOf(source, 'key')]).catch(() => {});
          return received.size;
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0);
  });

  it('keeps for an ephemeral group what is published while its connection is lost', async () => {
    const received = new Received();
    const options = { source, group: 'test.replica', ephemeral: true };
    await (
      await transport.subscribe(options, received.handler)
    ).ready;
    wire.down = true;
    wire.cut();
    const direct = amqpTransport({ url, clientName: 'reconnect-spec' });
    const messages = messagesOf(source, 20);
    await (await direct.publisher()).publish(messages);
    expect(received.size).toBe(0);
    wire.down = false;
    await expect.poll(() => received.hasAll(idsOf(messages)), { timeout: 20_000 }).toBe(true);
    await direct.close();
  });

  it('given the broker is away, then a publish waits its time and is refused as retryable', async () => {
    const impatient = amqpTransport({
      url: 'amqp://guest:guest@127.0.0.1:9',
      clientName: 'reconnect-spec',
      publishTimeoutMs: 300,
    });
    const call = (await impatient.publisher()).publish(messagesOf(source, 2));
    await expect(call).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      retryable: true,
      unconfirmed: [0, 1],
      message:
        'AMQP did not confirm: The broker did not confirm in time (2 of 2 messages are not confirmed)',
    });
    await impatient.close();
  });
});
