// Begins early: takes 20 s.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { participants, type Group, type Participant } from '@mesh/contracts/participants';
import { kafkaTopics } from '@mesh/contracts/topology';
import { createEvent } from '@mesh/envelope';
import type { SubscribeOptions, Transport } from '@mesh/messaging';
import { applyTopology, kafkaTransport } from '@mesh/messaging/kafka';
import { missingForKafka, startKafka, type KafkaServer } from '@mesh/tools/servers/kafka';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import kafkajs, { type AclEntry } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { userManifests } from './kafka-manifests.js';

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
const password = randomUUID();
const services = participants.filter(({ groups, publishes }) =>
  [...publishes, ...groups.map(({ stream }) => stream)].some(({ kind }) => kind === 'log'),
);
const writes = ({ publishes }: Participant) =>
  publishes.filter(({ kind }) => kind === 'log').map(({ name }) => name);
const reads = ({ groups }: Participant) => groups.filter(({ stream }) => stream.kind === 'log');

/** As Strimzi's user operator gives them to the broker. */
function aclsOf(user: string): AclEntry[] {
  const { spec } = userManifests(participants).find(({ metadata }) => metadata.name === user)!;
  const { acls } = (
    spec as {
      authorization: {
        acls: {
          resource: { type: 'topic' | 'group'; name: string; patternType: 'literal' | 'prefix' };
          operations: string[];
        }[];
      };
    }
  ).authorization;
  return acls.flatMap(({ resource, operations }) =>
    operations.map((operation) => ({
      ...{ principal: `User:${user}`, host: '*', resourceName: resource.name },
      resourceType: kafkajs.AclResourceTypes[resource.type === 'topic' ? 'TOPIC' : 'GROUP'],
      resourcePatternType:
        kafkajs.ResourcePatternTypes[resource.patternType === 'prefix' ? 'PREFIXED' : 'LITERAL'],
      operation: kafkajs.AclOperationTypes[inCapitals(operation)],
      permissionType: kafkajs.AclPermissionTypes.ALLOW,
    })),
  );
}

const inCapitals = (name: string) =>
  name.replace(/\B[A-Z]/g, '_$&').toUpperCase() as keyof typeof kafkajs.AclOperationTypes;

describe.skipIf(missingForKafka() !== null && process.env.CI !== 'true')('rights at Kafka', () => {
  const folder = temporaryFolder();
  let kafka: KafkaServer;
  const opened: Transport[] = [];

  // The plain listener is the operators': whoever comes by it may do everything.
  beforeAll(async () => {
    kafka = await startKafka({
      dataDir: join(folder.path, 'kafka'),
      scramUsers: services.map(
        ({ service }) => `SCRAM-SHA-512=[name=${service},password="${password}"]`,
      ),
      settings: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
      },
      listeners: [
        {
          ...{ name: 'SERVICES', protocol: 'SASL_PLAINTEXT' },
          settings: {
            'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
            'scram-sha-512.sasl.jaas.config': SCRAM,
          },
        },
      ],
    });
    const brokers = [kafka.brokers];
    await applyTopology({ brokers, clientId: 'operator', topics: kafkaTopics });
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createAcls({ acl: services.flatMap(({ service }) => aclsOf(service)) });
    await admin.disconnect();
    // A broker learns of rights a moment after its controller.
    const last = open(services.at(-1)!.service);
    const looks = () => last.declare(kafkaTopics.map(({ name }) => name));
    await vi.waitFor(looks, { timeout: 20_000, interval: 100 });
  }, 120_000);
  afterAll(async () => {
    await kafka?.stop();
    folder.remove();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((transport) => transport.close()));
  });

  function open(user: string | null): Transport {
    const sasl = { mechanism: 'scram-sha-512', username: user ?? '', password } as const;
    const brokers = [user === null ? kafka.brokers : kafka.listeners['SERVICES']!];
    const access = { brokers, topics: kafkaTopics, ...(user !== null && { sasl }) };
    const transport = kafkaTransport({ ...access, clientId: user ?? 'operator' });
    opened.push(transport);
    return transport;
  }

  const optionsOf = ({ name, stream, shared }: Group): SubscribeOptions => ({
    ...{ source: stream.name, group: name },
    ...(shared === 'each-replica' && { ephemeral: true }),
  });

  async function publish(transport: Transport, destination: string): Promise<string> {
    const event = createEvent({ source: '/rights', type: 'mesh.test.v1.Happened' });
    const publisher = await transport.publisher();
    await publisher.publish([{ destination, key: 'a', event }]);
    return event.id;
  }

  test.each(services)('of $service let it publish what is its own', async (participant) => {
    const transport = open(participant.service);
    for (const topic of writes(participant))
      await expect(publish(transport, topic)).resolves.toBeTypeOf('string');
    await expect(transport.check()).resolves.toBeUndefined();
  });

  test.each(services)('of $service let its groups read, and read again', async (participant) => {
    const transport = open(participant.service);
    const readAndReadAgain = async (group: Group) => {
      const place = optionsOf(group);
      const seen: string[] = [];
      const subscription = await transport.subscribe(place, async (delivery) => {
        seen.push((await delivery.event()).id);
      });
      await subscription.ready;
      const id = await publish(open(null), group.stream.name);
      await expect.poll(() => seen, { timeout: 20_000 }).toContain(id);
      await subscription.close();
      if (group.shared !== 'one') return;

      const again: string[] = [];
      const ranges = await transport.replays!.plan(place, { kind: 'start' });
      await transport.replays!.read(
        place,
        ranges,
        async (deliveries) => {
          for (const delivery of deliveries) again.push((await delivery.event()).id);
        },
        AbortSignal.timeout(20_000),
      );
      expect(again).toContain(id);
      await transport.replays!.rewind(place, ranges);
      const lag = await transport.lag!({ ...place, from: 'start' });
      expect(lag.reduce((sum, { count }) => sum + count, 0)).toBe(again.length);
    };
    await Promise.all(reads(participant).map(readAndReadAgain));
  });

  test.each(services)("of $service refuse others' topics and groups", async (participant) => {
    const transport = open(participant.service);
    const own = writes(participant);
    for (const { name } of kafkaTopics.filter((topic) => !own.includes(topic.name)))
      await expect(publish(transport, name)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(transport.declare(['mesh.mine.v1'])).rejects.toThrow(
      'Kafka could not make topics: may not see or make mesh.mine.v1: make it, or give the right to',
    );

    const others = services.filter((one) => one !== participant).flatMap(reads);
    await Promise.all(
      others.map(async (group) => {
        const refused: (string | undefined)[] = [];
        const onBlocked = (error: Error | null) => void refused.push(error?.message);
        await transport.subscribe({ ...optionsOf(group), onBlocked }, async () => {});
        const why = /^Kafka refuses .*: (GROUP|TOPIC)_AUTHORIZATION_FAILED$/;
        await expect.poll(() => refused[0], { timeout: 20_000 }).toMatch(why);
      }),
    );
  });
});
