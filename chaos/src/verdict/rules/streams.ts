import type { Evidence, StoredEvent, StreamMessage } from '../evidence.js';
import { disordered, doubled, type Finding } from '../finding.js';
import { judgeSequence } from '../sequence.js';

/**
 * What a service appended stands in its stream, in the same order within each key. Standing there again is
 * no fault of a relay, whose guarantee is at least once, as long as it overtakes nothing.
 */
export function judgeStreams({ outboxes, messages }: Evidence): Finding[] {
  const byStream = Map.groupBy(messages, ({ stream }) => stream);
  return [
    ...judgeStream(outboxes.order, byStream.get('mesh.order.v1') ?? [], 'mesh.order.v1'),
    ...judgeStream(
      outboxes.inventory,
      byStream.get('mesh.inventory.v1') ?? [],
      'mesh.inventory.v1',
    ),
  ];
}

function judgeStream(
  appended: readonly StoredEvent[],
  messages: readonly StreamMessage[],
  stream: string,
): Finding[] {
  const seen = Map.groupBy(messages, ({ key }) => key);
  const known = new Set(appended.map(({ id }) => id));
  return [
    ...[...Map.groupBy(appended, ({ key }) => key)].flatMap(([key, events]) => {
      const numbers = new Map(events.map(({ id }, index) => [id, index + 1]));
      const mine = seen.get(key) ?? [];
      return [
        ...judgeSequence(
          mine.flatMap(({ id }) => numbers.get(id) ?? []),
          { key, where: stream, what: 'event', last: events.length, repeats: true },
        ),
        ...(new Set(mine.map(({ partition }) => partition)).size > 1
          ? [disordered(key, `${stream} has it in several partitions`)]
          : []),
      ];
    }),
    ...messages
      .filter(({ id }) => !known.has(id))
      .map(({ id, key }) => doubled(key, `${stream} has ${id}, which nobody appended`)),
  ];
}

/** How many messages stand in their stream again: what at least once has cost. */
export function countRepeats(messages: readonly StreamMessage[]): number {
  return messages.length - new Set(messages.map(({ stream, id }) => `${stream} ${id}`)).size;
}
