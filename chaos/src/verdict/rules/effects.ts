import type { Stores } from '../evidence.js';
import { doubled, type Finding } from '../finding.js';

/** No service answered an event twice: what handling one event appended stands in the outbox once. */
export function judgeEffects({ outboxes }: Pick<Stores, 'outboxes'>): Finding[] {
  return Object.entries(outboxes).flatMap(([service, events]) => {
    const answers = events.filter(({ causationId }) => causationId !== undefined);
    const groups = Map.groupBy(answers, ({ causationId, type, key }) =>
      JSON.stringify([causationId, type, key]),
    );
    return [...groups.values()].flatMap(([first, ...others]): Finding[] =>
      first === undefined || others.length === 0
        ? []
        : [
            doubled(
              first.key,
              `${service} answered ${first.causationId} with ${first.type} ${others.length + 1} times`,
            ),
          ],
    );
  });
}
