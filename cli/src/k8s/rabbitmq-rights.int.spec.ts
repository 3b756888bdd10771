import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { participants, type Group, type Participant } from '@mesh/contracts/participants';
import { amqpTopology } from '@mesh/contracts/topology';
import { createEvent } from '@mesh/envelope';
import { RejectedError, type SubscribeOptions, type Transport } from '@mesh/messaging';
import { amqpTransport } from '@mesh/messaging/amqp';
import {
  missingForRabbitMq,
  startRabbitMq,
  type RabbitMqServer,
} from '@mesh/tools/servers/rabbitmq';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { connect, type Channel } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { amqpUsers } from './rabbitmq-manifests.js';

const password = randomUUID();
const isWork = ({ kind }: { readonly kind: string }) => kind === 'work';
const services = participants.filter(({ groups, publishes }) =>
  [...publishes, ...groups.map(({ stream }) => stream)].some(isWork),
);
const reads = ({ groups }: Participant) => groups.filter(({ stream }) => isWork(stream));
/** A family has a queue for each of what config names. */
const queueOf = ({ name, shared }: Group) => (shared === 'family' ? `${name}.shop` : name);
const optionsOf = (group: Group): SubscribeOptions => ({
  ...{ source: group.stream.name, group: queueOf(group) },
  ...(group.shared === 'each-replica' && { ephemeral: true }),
});

interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

describe.skipIf(missingForRabbitMq() !== null && process.env.CI !== 'true')(
  'rights at RabbitMQ',
  () => {
    const folder = temporaryFolder();
    let rabbitMq: RabbitMqServer;
    const opened: { close(): Promise<void> }[] = [];

    // As the topology operator does it.
    beforeAll(async () => {
      rabbitMq = await startRabbitMq({ dataDir: join(folder.path, 'rabbitmq') });
      for (const { kind, metadata, spec } of amqpUsers(participants)) {
        if (kind === 'User') await rabbitMq.control('add_user', metadata.name, password);
        if (kind !== 'Permission') continue;
        const { configure, write, read } = (spec as { permissions: Permissions }).permissions;
        await rabbitMq.control('set_permissions', metadata.name, configure, write, read);
      }
    }, 120_000);
    afterAll(async () => {
      await rabbitMq?.stop();
      folder.remove();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
    });

    const urlOf = (user: string) => rabbitMq.url.replace('guest:guest', `${user}:${password}`);

    function open(url: string): Transport {
      const transport = amqpTransport({ url, clientName: 'rights', topology: amqpTopology });
      opened.push(transport);
      return transport;
    }

    async function channelOf(url: string): Promise<Channel> {
      const connection = await connect(url);
      opened.push(connection);
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      return channel;
    }

    async function publish(transport: Transport, destination: string): Promise<string> {
      const event = createEvent({ source: '/rights', type: 'mesh.test.v1.Happened' });
      const publisher = await transport.publisher();
      await publisher.publish([{ destination, key: 'a', event }]);
      return event.id;
    }

    test.each(services)(
      'of $service let it publish, its groups read, and give up what they can not handle',
      async (participant) => {
        const transport = open(urlOf(participant.service));
        for (const { name } of participant.publishes.filter(isWork))
          await expect(publish(transport, name)).resolves.toBeTypeOf('string');

        for (const group of reads(participant)) {
          const seen: string[] = [];
          const subscription = await transport.subscribe(optionsOf(group), async (delivery) => {
            seen.push(delivery.event().id);
            throw new RejectedError('rejected', 'not of use');
          });
          await subscription.ready;
          const id = await publish(open(rabbitMq.url), group.stream.name);
          await expect.poll(() => seen, { timeout: 20_000 }).toContain(id);
          // The channel of whoever asks for a queue before it is there is closed.
          const given = async () => {
            const channel = await channelOf(rabbitMq.url);
            const message = await channel.get(`${queueOf(group)}.dead-letters`).catch(() => false);
            return typeof message === 'object' && message.properties.headers?.['cloudEvents_id'];
          };
          await expect.poll(given, { timeout: 20_000 }).toBe(id);
        }
        await expect(transport.check()).resolves.toBeUndefined();
      },
    );

    test.each(services)("of $service refuse others' exchanges and queues", async ({ service }) => {
      const owner = open(rabbitMq.url);
      await owner.declare(['mesh.others']);
      const others = services.filter((one) => one.service !== service);
      for (const group of others.flatMap(reads).filter(({ shared }) => shared !== 'each-replica')) {
        await (
          await owner.subscribe(optionsOf(group), async () => {})
        ).ready;
        const channel = await channelOf(urlOf(service));
        await expect(channel.get(queueOf(group))).rejects.toThrow(/403.*ACCESS_REFUSED/);
      }
      for (const attempt of [
        (channel: Channel) => channel.assertQueue('mesh.others.queue'),
        (channel: Channel) => channel.assertExchange('mesh.new', 'topic'),
        async (channel: Channel) => {
          const { queue } = await channel.assertQueue(`${service}.test`, { exclusive: true });
          await channel.bindQueue(queue, 'mesh.others', '#');
        },
      ]) {
        const channel = await channelOf(urlOf(service));
        await expect(attempt(channel)).rejects.toThrow(/403.*ACCESS_REFUSED/);
      }
      const published = others.flatMap(({ publishes }) => publishes).filter(isWork);
      for (const name of ['mesh.others', ...published.map((stream) => stream.name)]) {
        const channel = await channelOf(urlOf(service));
        const refused = once(channel, 'error');
        channel.publish(name, 'test', Buffer.from('x'));
        expect(String(await refused)).toMatch(/403.*ACCESS_REFUSED/);
      }
    });
  },
);
