import { connect } from 'amqplib';
import { Kafka as KafkaBinding, type CloudEvent } from 'cloudevents';
import type { IHeaders } from 'kafkajs';
import { beforeAll, expect, it } from 'vitest';
import { readTopic, type Brokers } from './brokers.js';
import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';

/** Readers that know the public contract and the CloudEvents SDK, nothing of this project. */
export function strangerCases(running: () => Mesh, brokers: Brokers): void {
  let customer: Customer;
  beforeAll(async () => {
    customer = await Customer.signIn(running().url);
  });

  it('given a Kafka consumer with the CloudEvents SDK, when an order is placed, then it reads the events by key', async () => {
    const topic = await readTopic(brokers, 'mesh.order.v1');
    const { orderId } = await customer.place('MUG-BLUE', 1);
    const mine = () => topic.messages.filter((message) => message.key?.toString() === orderId);
    await eventually('two events', () => mine().length >= 2);
    const events = mine().map((message) => {
      const headers = text(message.headers);
      return KafkaBinding.toEvent({
        headers,
        key: orderId,
        value: message.value,
        body: message.value,
        timestamp: message.timestamp,
      } as never) as CloudEvent;
    });
    expect(events[0]).toMatchObject({
      specversion: '1.0',
      type: 'mesh.order.v1.OrderPlaced',
      partitionkey: orderId,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
    });
    expect(events[1]?.type).toMatch(/^mesh\.order\.v1\.Order(Confirmed|Rejected)$/);
    await topic.close();
  });

  it('given a queue bound to mesh.notifications, when an order is placed, then it gets the announcement', async () => {
    const connection = await connect(brokers.amqp);
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'mesh.notifications', `browser.${customer.id}`);
    const types: unknown[] = [];
    await channel.consume(
      queue,
      (message) => types.push(message?.properties.headers?.['cloudEvents_type']),
      { noAck: true },
    );
    await customer.place('MUG-BLUE', 1);
    await eventually('two announcements', () => types.length >= 2);
    expect(new Set(types)).toEqual(new Set(['mesh.notifications.v1.OrderUpdateAnnounced']));
    await connection.close();
  });
}

const text = (headers: IHeaders = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
