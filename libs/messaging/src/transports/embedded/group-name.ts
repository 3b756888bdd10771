import type { GroupPlace } from '../../group-position.js';

/** The group in the log. One a stream, as on Kafka. */
export function groupNameOf({ source, group }: Pick<GroupPlace, 'source' | 'group'>): string {
  return `${source} ${group}`;
}
