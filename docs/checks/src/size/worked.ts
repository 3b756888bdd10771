import * as formulas from './formulas.js';
import { DAY_SECONDS, GIB, type Load } from './formulas.js';

/** The load of the example: orders of a shop, say. */
export const load: Load = {
  ...{ eventsPerSecond: 900, averagePerSecond: 300, eventBytes: 700, handlerSeconds: 0.01 },
  ...{ sockets: 20_000, updatesPerSecond: 4_000 },
};

/** Defaults of the settings, which a test holds against their schemas. */
export const defaults = {
  DATABASE_POOL_SIZE: 10,
  OUTBOX_MAX_EVENTS: 200_000,
  HTTP_MAX_CONNECTIONS: 10_000,
};

/** Of benchmarks.md: fan-out with an order of its own each. */
export const measured = { updateMicroseconds: 227, socketBytes: 90_600 };

const number = (value: number) => Math.round(value).toLocaleString('en-US');
const gib = (bytes: number) => `${(bytes / GIB).toFixed(bytes < GIB ? 2 : 0)} GiB`;

/** What the formulas say for the load: what it is, the sum with its figures, the result. */
export function workedRows(): readonly (readonly [string, string, string])[] {
  const { eventsPerSecond: peak, averagePerSecond: average, eventBytes, handlerSeconds } = load;
  const {
    DATABASE_POOL_SIZE: pool,
    OUTBOX_MAX_EVENTS: most,
    HTTP_MAX_CONNECTIONS: open,
  } = defaults;
  const each = formulas.handledByOne(pool, 32, handlerSeconds);
  const members = formulas.processes(peak, each);
  const gateways = formulas.gateways(load, open, measured.updateMicroseconds);
  const socketsEach = load.sockets / gateways;
  return [
    [
      'Events that one consumer handles',
      `min(pool ${pool}, concurrency 32) ÷ ${handlerSeconds} s`,
      `${number(each)}/s`,
    ],
    ['Consumers of the group', `${peak}/s ÷ (${number(each)} × 70%)`, number(members)],
    ['Partitions of its topic', `max(6, 2 × ${members})`, number(formulas.partitions(members))],
    [
      'Disk of the topic, 7 days, 3 copies',
      `${average}/s × ${eventBytes} B × 7 d × 3`,
      gib(formulas.retained(load, 7 * DAY_SECONDS, 3)),
    ],
    [
      'Embedded log instead, 7 days (it stops at `MESH_LOG_RETENTION_BYTES`, 1 GiB)',
      `${average}/s × ${eventBytes} B × 7 d`,
      gib(formulas.retained(load, 7 * DAY_SECONDS, 1)),
    ],
    [
      'How long the broker may be away',
      `OUTBOX_MAX_EVENTS ${number(most)} ÷ ${peak}/s`,
      `${number(formulas.outboxSeconds(most, peak) / 60)} min`,
    ],
    [
      'Disk of the outbox when it is full',
      `${number(most)} × (${eventBytes} + 300) B`,
      gib(formulas.outboxBytes(most, eventBytes)),
    ],
    [
      'Disk of the inbox, 8 days and up to 2 more',
      `${average}/s × 10 d × 200 B`,
      gib(formulas.inboxBytes(load, 8 * DAY_SECONDS)),
    ],
    [
      'Prefetch of an AMQP group',
      'min(256, 128 MiB ÷ 1 MiB)',
      number(formulas.prefetch(128 * 2 ** 20, 2 ** 20, 256)),
    ],
    [
      'Prefetch with `largestBytes` 64 KiB',
      'min(256, 128 MiB ÷ 64 KiB)',
      number(formulas.prefetch(128 * 2 ** 20, 2 ** 16, 256)),
    ],
    [
      'Connections to its database',
      `${members} × (pool ${pool} + 5)`,
      number(formulas.connections(members, pool)),
    ],
    [
      'Gateways',
      `max(${number(load.sockets)} ÷ ${number(open)}, ${number(load.updatesPerSecond)}/s × ${measured.updateMicroseconds} µs ÷ 70%)`,
      number(gateways),
    ],
    [
      'Memory of each for its sockets',
      `${number(socketsEach)} × ${number(measured.socketBytes / 1000)} kB`,
      gib(formulas.socketBytes(socketsEach, measured.socketBytes)),
    ],
  ];
}

export function workedTable(): string {
  const rows = workedRows().map((row) => `| ${row.join(' | ')} |`);
  return `| What | Sum | Result |\n| ---- | --- | ------ |\n${rows.join('\n')}`;
}
