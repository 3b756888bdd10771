import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { beforeAll, expect, it } from 'vitest';
import { kafkaClient, readTopic, type Brokers } from './brokers.js';
import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';

const NOT_AN_EVENT = Buffer.from([0xff, 0xfe, 0x00, 0x80]);

const readers = [
  { topic: 'mesh.order.v1', group: 'inventory' },
  { topic: 'mesh.order.v1', group: 'notifications' },
  { topic: 'mesh.inventory.v1', group: 'order' },
];

/** Bytes that are no event, and events that nobody knows, on every topic and queue. */
export function undecodableCases(running: () => Mesh, brokers: Brokers): void {
  let customer: Customer;
  beforeAll(async () => {
    customer = await Customer.signIn(running().url);
    const operator = await Customer.signIn(running().url, { roles: ['operator'] });
    await operator.setStock('MUG-BLUE', 50);
  });

  it.each(readers)(
    'given bytes and an unknown type on $topic, when $group reads them, then both are dead letters with the reason and the next order passes',
    async ({ topic, group }) => {
      const marker = randomUUID();
      await produce(topic, [
        { key: marker, value: NOT_AN_EVENT, headers: {} },
        {
          key: marker,
          value: NOT_AN_EVENT,
          headers: {
            ce_specversion: '1.0',
            ce_id: marker,
            ce_source: '/stranger',
            ce_type: 'mesh.order.v1.NobodyKnows',
          },
        },
      ]);
      const deadLetters = await readTopic(brokers, `${topic}.${group}.dead-letters`);
      const mine = () => deadLetters.messages.filter((one) => one.key?.toString() === marker);
      await eventually('two dead letters', () => mine().length >= 2);
      for (const letter of mine()) {
        expect(letter.value).toEqual(NOT_AN_EVENT);
        expect(String(letter.headers?.['mesh-dead-letter-reason'])).toBe('undecodable');
      }
      await deadLetters.close();
      await expectAnOrderToPass();
    },
  );

  it('given bytes for the e-mail queue, when the worker reads them, then they are dead letters and the next mail is sent', async () => {
    const connection = await connect(brokers.amqp);
    const channel = await connection.createChannel();
    channel.publish('mesh.notifications', 'email.order_placed', NOT_AN_EVENT);
    const letter = await eventually(
      'a dead letter',
      async () => (await channel.get('notifications.email.dead-letters')) || undefined,
    );
    expect(letter.content).toEqual(NOT_AN_EVENT);
    expect(letter.properties.headers?.['mesh-dead-letter-reason']).toBe('undecodable');
    channel.ack(letter);
    await connection.close();
    await expectAnOrderToPass();
  });

  const expectAnOrderToPass = async () => {
    const { orderId } = await customer.place('MUG-BLUE', 1);
    await eventually(
      'the order is confirmed',
      async () => (await customer.order(orderId)).status === 'CONFIRMED',
    );
  };

  const produce = async (
    topic: string,
    messages: { key: string; value: Buffer; headers: Record<string, string> }[],
  ) => {
    const producer = kafkaClient(brokers).producer();
    await producer.connect();
    await producer.send({ topic, messages });
    await producer.disconnect();
  };
}
