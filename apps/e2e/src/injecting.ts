import { readFileSync } from 'node:fs';
import { PgLog } from '@mesh/pg-log';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { connect } from 'amqplib';
import pg from 'pg';
import { kafkaClient, type Brokers } from './brokers.js';

/** A message as somebody else's client sends it. */
export interface RawMessage {
  /** Kafka topic, AMQP exchange or embedded stream. */
  readonly stream: string;
  readonly key: string | null;
  readonly routingKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Puts messages into a running mesh past everything that is ours. */
export type Inject = (messages: readonly RawMessage[]) => Promise<void>;

/** What a running service was given, such as DATABASE_URL. */
export function environmentOf(mesh: Mesh, service: string): Record<string, string> {
  const text = readFileSync(`/proc/${mesh.pidOf(service)}/environ`, 'utf8');
  return Object.fromEntries(
    text.split('\0').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
  );
}

export const intoTheLog =
  (running: () => Mesh): Inject =>
  async (messages) => {
    const pool = new pg.Pool({
      connectionString: environmentOf(running(), 'order')['MESH_LOG_URL'],
      max: 1,
    });
    const log = new PgLog({ pool, schema: 'mesh_log' });
    try {
      for (let at = 0; at < messages.length; at += 500) {
        const some = messages.slice(at, at + 500);
        await log.appendNow(
          some.map(({ routingKey = null, headers = {}, ...rest }) => ({
            ...{ routingKey, headers },
            ...rest,
          })),
        );
      }
    } finally {
      await log.close();
      await pool.end();
    }
  };

export const intoTheBrokers =
  (brokers: Brokers): Inject =>
  async (messages) => {
    const forAmqp = messages.filter(({ routingKey }) => routingKey !== undefined);
    const connection = await connect(brokers.amqp);
    const channel = await connection.createConfirmChannel();
    for (const { stream, routingKey = '', headers, body } of forAmqp)
      channel.publish(stream, routingKey, body, { headers });
    await channel.waitForConfirms();
    await connection.close();
    const forKafka = messages.filter(({ routingKey }) => routingKey === undefined);
    const producer = kafkaClient(brokers).producer();
    await producer.connect();
    for (const { stream: topic, key, headers = {}, body } of forKafka)
      await producer.send({ topic, messages: [{ key, value: body, headers }] });
    await producer.disconnect();
  };
