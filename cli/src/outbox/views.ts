import { age, table } from '../table.js';
import type { Parked, Plan, Reset, Status } from './client.js';

/** A line a service, and one more for each that needs somebody. */
export function statusLines(statuses: ReadonlyMap<string, Status>): string[] {
  if (statuses.size === 0) return ['No service here has an outbox.'];
  const titles = ['SERVICE', 'MODE', 'WAITING', 'OF', 'OLDEST', 'RELAYS', 'HELD', 'WRITER', 'OPEN'];
  const rows = [...statuses].map(([service, one]) => [
    ...[
      service,
      one.mode,
      count(one.depth),
      one.slot ? bytes(one.slot.maxBytes) : count(one.maxEvents),
    ],
    one.depth === 0 ? '-' : seconds(one.oldestAgeSeconds),
    String(one.members),
    held(one),
    ...[since(one.oldestWriterSeconds), since(one.oldestSeconds)],
  ]);
  return [
    ...table(titles, rows),
    ...[...statuses].flatMap((one) => [...slotLines(one), ...foreignLines(one)]),
  ];
}

function held({ slot, members, partitions }: Status): string {
  if (slot) return members > 0 ? 'slot' : '-';
  return `${partitions.filter(({ owner }) => owner !== null).length}/${partitions.length}`;
}

function slotLines([service, { slot }]: [string, Status]): string[] {
  if (slot === undefined) return [];
  const { lost, confirmed, confirmedAt, keptBytes, safeBytes } = slot;
  if (lost === null) {
    const safe =
      safeBytes === null
        ? 'the server never gives it up'
        : `${bytes(safeBytes)} until it is given up`;
    return [
      '',
      `${service}: ${bytes(slot.waitingBytes)} of WAL wait of ${bytes(slot.maxBytes)}; ${bytes(keptBytes ?? 0)} are kept for the slot, ${safe}.`,
    ];
  }
  return [
    '',
    `${service} takes and publishes nothing: its replication slot "${slot.slot}" is lost: ${lost}.`,
    `Events committed since ${confirmedAt} (WAL position ${confirmed}) and not published may be missing for ever.`,
    'The way on:',
    `  npm run mesh -- outbox reset --service ${service} --from end   makes a new slot, for what is appended from then on`,
  ];
}

function foreignLines([service, { mode, isForeign, boundTo, here }]: [string, Status]): string[] {
  if (!isForeign) return [];
  const whose = mode === 'logical' ? 'the cursor of its table (mode polling)' : 'its cursor';
  return [
    '',
    `${service} publishes nothing: ${whose} belongs to database ${boundTo}, and this is ${here} (system identifier/oid).`,
    'The data was restored or copied: what was published can not be told here, so all that is kept waits.',
    'How much was not published when the copy was made says --dry-run. Two ways on:',
    `  npm run mesh -- outbox reset --service ${service} --from start   publishes what is kept again`,
    `  npm run mesh -- outbox reset --service ${service} --from end     publishes nothing of it`,
  ];
}

export function planLines(plan: Plan, service: string, from: string): string[] {
  return [...tableLines(plan, service, from), ...lossLines(plan, service)];
}

function tableLines({ kept, unpublished }: Plan, service: string, from: string): string[] {
  if (unpublished === null) return [];
  const events = kept === 1 ? '1 event' : `${kept} events`;
  const lost = `${unpublished} ${unpublished === 1 ? 'was' : 'were'} not published when the copy was made`;
  if (from === 'start') return [`${service} publishes ${events} again; ${lost}.`];
  const unheard = unpublished === 0 ? '' : ': nobody will hear of that';
  return [`${service} publishes none of ${events} that it keeps; ${lost}${unheard}.`];
}

function lossLines({ lost, missingSince }: Plan, service: string): string[] {
  if (!lost) return [];
  return [
    `${service} gets a new replication slot in place of the one that was lost: ${lost}.`,
    `What was committed since ${missingSince ?? '?'} and not published stays missing; how much it is nobody knows.`,
  ];
}

export function doneLine(from: 'start' | 'end'): string {
  const what =
    from === 'start'
      ? 'It publishes again within seconds'
      : 'It publishes what is appended from now on';
  return `Reset. ${what}; watch it with npm run mesh -- outbox status.`;
}

export function auditLines(resets: readonly Reset[]): string[] {
  if (resets.length === 0) return ['It was not reset yet.'];
  const titles = ['AT', 'WHO', 'FROM', 'KEPT', 'UNPUBLISHED', 'BOUND TO', 'NOW'];
  const rows = resets.map((one) => [
    ...[one.at, one.actor, one.origin, count(one.kept), count(one.unpublished)],
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

/** Of write-ahead log, in its largest unit. */
function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return `${Math.round((value / 1024 ** power) * 10) / 10} ${units[power]}`;
}

function seconds(value: number | null): string {
  return value === null ? '?' : age(value * 1000);
}

function since(value: number): string {
  return value < 1 ? '-' : age(value * 1000);
}
