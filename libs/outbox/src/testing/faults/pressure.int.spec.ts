// Begins early: takes 60 s.
import { choreStream } from '@mesh/contracts/catalog/probe';
import { jobStream } from '@mesh/contracts/catalog/probe';
import type { Transport } from '@mesh/messaging';
import {
  heldBytes,
  settingsOf,
  startAmqpServer,
  startKafkaServer,
  type FaultServer,
} from '@mesh/messaging/testing';
import { metrics } from '@mesh/tracing';
import { missingForKafka } from '@mesh/tools/servers/kafka';
import { missingForRabbitMq } from '@mesh/tools/servers/rabbitmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DepthLimit } from '../../depth-limit.js';
import { Outbox } from '../../outbox.js';
import { eventually } from '../eventually.js';
import { EVENT_BYTES, PressedCustomers, versionOf, type Announced } from '../pressed-customers.js';
import { openSetting, type Setting } from '../setting.js';

const isHeavy = settingsOf(process.env).scale === 'heavy';
/** Together several times what a relay may hold. */
const MAX_EVENTS = isHeavy ? 6000 : 1500;
const REFUSALS = isHeavy ? 5000 : 400;
const BACKLOG_EACH = isHeavy ? 5000 : 100;
/** Half of what waits in the database at least. */
const HELD_BYTES = (MAX_EVENTS * EVENT_BYTES) / 2;

const brokers = [
  {
    ...{ name: 'RabbitMQ', announced: 'work' as Announced, stream: choreStream.name },
    ...{ isMissing: missingForRabbitMq() !== null, start: startAmqpServer },
    blocks: ['is short of memory', 'stands still'],
  },
  {
    ...{ name: 'Kafka', announced: 'log' as Announced, stream: jobStream.name },
    ...{ isMissing: missingForKafka() !== null, start: startKafkaServer },
    blocks: ['has no leader', 'stands still'],
  },
];

describe.each(brokers.filter(({ isMissing }) => !isMissing))(
  'an outbox in front of $name',
  ({ announced, stream, start, blocks }) => {
    let server: FaultServer;
    let transport: Transport;
    /** By key the numbers of what came, in its order. */
    const received = new Map<string, number[]>();
    beforeAll(async () => {
      server = await start();
      transport = await server.open();
      await transport.declare([stream]);
      const subscription = await transport.subscribe(
        { source: stream, group: `pressure.${announced}` },
        async (delivery) => {
          const key = delivery.key ?? '';
          const numbers = received.get(key) ?? [];
          received.set(key, numbers);
          numbers.push(versionOf(announced, delivery.event().data));
        },
      );
      await subscription.ready;
    }, 120_000);
    afterAll(async () => {
      await transport.close();
      await server.end();
    });

    let setting: Setting;
    let customers: PressedCustomers;
    beforeEach(async () => {
      received.clear();
      setting = await openSetting();
      const { pool, db, log } = setting;
      const admission = new DepthLimit({ pool, maxEvents: MAX_EVENTS, freshMs: 100 });
      const outbox = new Outbox({ log, source: '/job', admission });
      customers = new PressedCustomers(db, outbox, announced);
    });
    afterEach(() => setting.close());

    const confirmed = async () => {
      const { values } = await metrics.registry
        .getSingleMetric('mesh_publish_messages_total')!
        .get();
      const { value } = values.find(
        ({ labels }) => labels['transport'] === transport.name && labels['result'] === 'confirmed',
      ) ?? { value: 0 };
      return value;
    };
    const relay = async () =>
      setting.store.start({
        publisher: await transport.publisher(),
        batch: { bytes: 1024 * 1024 },
      });
    const firsts = () => [...received.values()].map((numbers) => firstTimes(numbers));
    const arrived = () => firsts().reduce((sum, { length }) => sum + length, 0);
    const upTo = (numbers: readonly number[]) => numbers.map((_, index) => index + 1);

    it.each(blocks)(
      'given it %s, then memory is bounded, customers are refused, and all goes on by itself, in order',
      async (fault) => {
        const running = await relay();
        const before = await confirmed();
        const unblock = await server.blocks[fault]!();
        try {
          customers.start();
          await eventually(() => expect(customers.refused).toBeGreaterThan(100), 60_000);
          expect(customers.errors).toEqual([]);
          // Of a server that stands still nobody knows why.
          if (fault === 'is short of memory') expect(transport.blocked).toBe(true);
          const { depth } = await running.backlog();
          expect(depth).toBeGreaterThan(MAX_EVENTS * 0.9);
          // Each customer may have had one more in its transaction while the last count was made.
          expect(depth).toBeLessThanOrEqual(MAX_EVENTS + 20);
          const held = heldBytes();
          const refused = customers.refused;
          await eventually(
            () => expect(customers.refused).toBeGreaterThan(refused + REFUSALS),
            60_000,
          );
          // A batch that is just read is there several times over, for a moment.
          await eventually(() => expect(heldBytes() - held).toBeLessThan(HELD_BYTES), 20_000);
        } finally {
          await unblock();
        }
        const committed = customers.committed;
        await eventually(() => expect(customers.committed).toBeGreaterThan(committed + 50), 60_000);
        await customers.stop();
        await eventually(() => expect(arrived()).toBe(customers.committed), 120_000);
        expect(firsts()).toEqual(firsts().map(upTo));
        expect(customers.errors).toEqual([]);
        // What was sent again is counted again.
        expect((await confirmed()) - before).toBeGreaterThanOrEqual(customers.committed);
        expect(transport.blocked ?? false).toBe(false);
        await running.stop();
      },
      300_000,
    );

    it('given the relay was stopped while customers went on, when it starts, then all is delivered in order', async () => {
      const outbox = new Outbox({ log: setting.log, source: '/job' });
      const alone = new PressedCustomers(setting.db, outbox, announced);
      alone.start(BACKLOG_EACH);
      await alone.done();
      expect(alone.errors).toEqual([]);
      const running = await relay();
      await eventually(() => expect(arrived()).toBe(alone.committed), 240_000);
      expect(firsts()).toEqual(firsts().map(upTo));
      await running.stop();
    }, 300_000);
  },
);

/** Without what came again after a refused call. */
function firstTimes(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)];
}
