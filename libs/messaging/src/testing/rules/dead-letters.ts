import { MAX_DATA_BYTES } from '@mesh/envelope';
import { RejectedError } from '../../errors.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import type { RuleRun } from '../rule-run.js';
import { binary, messageOf, TYPE } from '../samples.js';
import type { RawMessage, RawRecord } from '../transport-under-test.js';

const withoutId = { specversion: '1.0', source: '/test', type: TYPE, partitionkey: 'key-1' };
const attributes = { ...withoutId, id: 'bad' };
const body = Buffer.from('some bytes');

const bad: Readonly<Record<string, RawMessage>> = {
  'undecodable bytes': {
    key: 'key-1',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: Buffer.from([0xff, 0x00, 0x7b, 0xfe]),
  },
  'no event at all': { key: 'key-1', headers: {}, body },
  'a missing attribute': binary(withoutId, body),
  'an unknown event type': binary({ ...attributes, type: 'mesh.test.v1.NeverHeardOf' }, body),
  'an unknown major version': binary({ ...attributes, type: 'mesh.test.v2.Happened' }, body),
  'a header with wrong encoding': notUtf8(binary({ ...attributes, id: 'encoded' }, body)),
  'bytes without a key': { key: null, headers: {}, body: Buffer.from('no key') },
  'a tombstone': { key: 'key-1', headers: {}, body: null },
  'an oversized payload': binary(attributes, Buffer.alloc(MAX_DATA_BYTES + 1, 1)),
};

export const badMessagesBecomeDeadLetters: Rule = {
  number: 16,
  title:
    'bytes, types, versions, sizes, encodings and attributes that nobody can handle go to dead letters with the reason; neighbours go on',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const group = run.group();
    const received = new Received();
    await run.subscribe(transport, { source, group }, async (delivery) => {
      const event = delivery.event();
      if (event.type !== TYPE)
        throw new RejectedError('undecodable', `No handler of ${event.type}`);
      received.add(event);
    });

    const publisher = await transport.publisher();
    const good: string[] = [];
    const rounds = run.count({ light: 1, heavy: 10 });
    for (const message of Array.from({ length: rounds }, () => Object.values(bad)).flat()) {
      const neighbours = [messageOf(source, 'key-1'), messageOf(source, 'key-2')];
      await publisher.publish(neighbours);
      await run.under.inject(source, message);
      good.push(...neighbours.map(({ event }) => event.id));
    }
    await run.until(
      () => received.hasAll(good),
      () => `of the neighbours ${received.missing(good)}`,
    );
    const reading = run.under.readDeadLetters(source, group, good.length / 2);
    const dead = await run.inTime(reading, () => 'not every bad message became a dead letter');
    for (const [name, message] of Object.entries(bad))
      checkDeadLetter(run, { name, message, dead, source, group });
  },
};

/** Of the event's type, which nobody can handle then. */
function notUtf8(message: RawMessage): RawMessage {
  const type = Buffer.from([0xff, 0xc3, 0x28]);
  return { ...message, headers: { ...message.headers, ce_type: type, cloudEvents_type: type } };
}

const AT_ONCE = 100;

export const manyBadMessagesHoldUpNobody: Rule = {
  number: 16,
  title: 'very many undecodable messages in a row are dead letters, each; their neighbours go on',
  deadlineMs: 60_000,
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const group = run.group();
    const received = new Received();
    await run.subscribe(transport, { source, group }, received.handler);
    const publisher = await transport.publisher();
    const good: string[] = [];
    const publishNeighbours = async () => {
      const neighbours = [messageOf(source, 'key-1'), messageOf(source, 'key-2')];
      await publisher.publish(neighbours);
      good.push(...neighbours.map(({ event }) => event.id));
    };

    const count = run.count({ light: 1000, heavy: 10_000 });
    await publishNeighbours();
    for (let sent = 0; sent < count; sent += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, n) => ({
        key: n % 2 === 0 ? 'key-1' : null,
        headers: {},
        body: Buffer.from(`not an event ${sent + n}`),
      }));
      await Promise.all(some.map((message) => run.under.inject(source, message)));
      if (sent === count / 2) await publishNeighbours();
    }
    await publishNeighbours();
    await run.until(
      () => received.hasAll(good),
      () => `of the neighbours ${received.missing(good)}`,
    );
    const reading = run.under.readDeadLetters(source, group, count);
    const dead = await run.inTime(reading, () => 'not every bad message became a dead letter');
    const bodies = new Set(dead.map(({ body }) => Buffer.from(body).toString()));
    run.require(bodies.size === count, `${bodies.size} of ${count} messages are dead letters`);
  },
};

interface Expected {
  readonly name: string;
  readonly message: RawMessage;
  readonly dead: readonly RawRecord[];
  readonly source: string;
  readonly group: string;
}

function checkDeadLetter(run: RuleRun, { name, message, dead, source, group }: Expected): void {
  const found = dead.find(
    (record) =>
      Buffer.compare(record.body, message.body ?? Buffer.alloc(0)) === 0 &&
      textOf(record.headers['ce_type'] ?? record.headers['cloudEvents_type']) ===
        textOf(message.headers['ce_type']) &&
      textOf(record.headers['ce_id'] ?? record.headers['cloudEvents_id']) ===
        textOf(message.headers['ce_id']),
  );
  run.require(
    found !== undefined,
    `${name} is not among the dead letters byte for byte with its headers`,
  );
  const says = {
    reason: 'undecodable',
    source,
    group,
    attempts: '1',
  };
  for (const [header, value] of Object.entries(says)) {
    const got = textOf(found?.headers[`mesh-dead-letter-${header}`]);
    run.require(
      got === value,
      `${name}: the dead letter's ${header} is "${got}" instead of "${value}"`,
    );
  }
  for (const header of ['error', 'failed-at']) {
    const got = textOf(found?.headers[`mesh-dead-letter-${header}`]);
    run.require(got !== '', `${name}: the dead letter has no ${header}`);
  }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value ?? '');
}
