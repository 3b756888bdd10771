import type { Evidence, OrderRow, Sightings } from '../evidence.js';
import { doubled, type Finding } from '../finding.js';
import { judgeSequence } from '../sequence.js';

/** Every client that watches is told each version of what it watches once and in order, over all of its connections. */
export function judgeWatchers({ orders, sightings }: Evidence): Finding[] {
  const byCustomer = Map.groupBy(orders, ({ customerId }) => customerId);
  return sightings.flatMap((one) => {
    const own = byCustomer.get(one.customerId) ?? [];
    const watched = own.filter(
      ({ orderId }) => one.orderId === undefined || orderId === one.orderId,
    );
    return judgeWatcher(one, watched);
  });
}

function judgeWatcher(one: Sightings, watched: readonly OrderRow[]): Finding[] {
  const seen = new Map<string, number[]>(watched.map(({ orderId }) => [orderId, []]));
  const findings: Finding[] = [];
  for (const sighting of one.updates) {
    if (sighting.kind === 'resync') {
      for (const [orderId, version] of sighting.versions) skipTo(version, seen.get(orderId) ?? []);
      continue;
    }
    const { orderId, version } = sighting;
    const versions = seen.get(orderId);
    if (versions) versions.push(version);
    else
      findings.push(
        doubled(orderId, `${one.watcher} was told of an order that is none of its own`),
      );
  }
  return [
    ...findings,
    ...watched.flatMap(({ orderId: key, version: last }) =>
      judgeSequence(seen.get(key) ?? [], { key, where: one.watcher, last }),
    ),
  ];
}

/** A snapshot tells of all versions up to its own at once. */
function skipTo(version: number, versions: number[]): void {
  for (let next = Math.max(0, ...versions) + 1; next <= version; next += 1) versions.push(next);
}
