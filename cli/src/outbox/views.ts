import { age, table } from '../table.js';
import type { Parked, Plan, Reset, Status } from './client.js';

/** A line a service, and one more for each that needs somebody. */
export function statusLines(statuses: ReadonlyMap<string, Status>): string[] {
  if (statuses.size === 0) return ['No service here has an outbox.'];
  const titles = ['SERVICE', 'MODE', 'WAITING', 'OF', 'OLDEST', 'RELAYS', 'HELD', 'WRITER', 'OPEN'];
  const rows = [...statuses].map(([service, one]) => [
    ...[service, one.mode, count(one.depth), count(one.maxEvents)],
    one.depth === 0 ? '-' : seconds(one.oldestAgeSeconds),
    String(one.members),
    `${one.partitions.filter(({ owner }) => owner !== null).length}/${one.partitions.length}`,
    ...[since(one.oldestWriterSeconds), since(one.oldestSeconds)],
  ]);
  return [...table(titles, rows), ...[...statuses].flatMap(foreignLines)];
}

function foreignLines([service, { isForeign, boundTo, here }]: [string, Status]): string[] {
  if (!isForeign) return [];
  return [
    '',
    `${service} publishes nothing: its cursor belongs to database ${boundTo}, and this is ${here} (system identifier/oid).`,
    'The data was restored or copied. Two ways on:',
    `  npm run mesh -- outbox reset --service ${service} --from start   publishes what is kept again`,
    `  npm run mesh -- outbox reset --service ${service} --from end     publishes nothing of it`,
  ];
}

export function planLines({ kept, unpublished }: Plan, service: string, from: string): string[] {
  const lost = `${unpublished} were not published when the copy was made`;
  return from === 'start'
    ? [`${service} publishes ${kept} events again; ${lost}.`]
    : [`${service} publishes none of ${kept} events; ${lost}: nobody will hear of those.`];
}

export function auditLines(resets: readonly Reset[]): string[] {
  if (resets.length === 0) return ['It was not reset yet.'];
  const titles = ['AT', 'WHO', 'FROM', 'KEPT', 'UNPUBLISHED', 'BOUND TO', 'NOW'];
  const rows = resets.map((one) => [
    ...[one.at, one.actor, one.origin, String(one.kept), String(one.unpublished)],
    ...[one.boundTo, one.here],
  ]);
  return table(titles, rows);
}

export function parkedLines(parked: readonly Parked[]): string[] {
  if (parked.length === 0) return ['Nothing is parked.'];
  const titles = ['POSITION', 'STREAM', 'KEY', 'TYPE', 'SINCE', 'REASON', 'ERROR'];
  const rows = parked.map((one) => [
    ...[one.position, one.stream, one.key ?? '-', one.eventType ?? '?', one.appendedAt],
    ...[one.reason, one.error],
  ]);
  return table(titles, rows);
}

function count(events: number | null): string {
  return events === null ? '?' : String(events);
}

function seconds(value: number | null): string {
  return value === null ? '?' : age(value * 1000);
}

function since(value: number): string {
  return value < 1 ? '-' : age(value * 1000);
}
