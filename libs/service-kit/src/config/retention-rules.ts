import { kafkaTopics, type KafkaTopic } from '@mesh/contracts/topology';
import { durationMs } from './quantities.js';
import type { Environment, Rule } from './rule.js';

const DAY_MS = 86_400_000;
/** Kafka's own default, for a topic that is not described or says nothing of it. */
const TOPIC_KEEP_MS = 7 * DAY_MS;
/** Of INBOX_RETENTION. */
const MAX_INBOX_KEEP_MS = 45 * DAY_MS;

/** What the inbox forgets could come again and be handled twice, as long as the stream still has it. */
export const retentionRules: readonly Rule[] = [
  {
    variable: 'INBOX_RETENTION',
    check(env: Environment) {
      const keepMs = durationMs(env['INBOX_RETENTION'] ?? '8d');
      if (keepMs === undefined) return undefined;
      const [source, longestMs] =
        env['MESH_PROFILE'] === 'brokers'
          ? ['of topics', longestOf(kafkaTopics)]
          : ['MESH_LOG_RETENTION', durationMs(env['MESH_LOG_RETENTION'] ?? '7d') ?? 0];
      if (keepMs >= longestMs) return undefined;
      if (longestMs > MAX_INBOX_KEEP_MS)
        return `the retention ${source} to be 45d at most (it is ${longestMs / DAY_MS}d): an inbox remembers no longer, and a replay would handle twice what it forgot`;
      return `at least the retention ${source} (${longestMs / DAY_MS}d), or a replay would handle twice what the inbox forgot`;
    },
  },
];

function longestOf(topics: readonly KafkaTopic[]): number {
  const each = topics.map(({ retentionMs = TOPIC_KEEP_MS }) => retentionMs);
  return each.length === 0 ? TOPIC_KEEP_MS : Math.max(...each);
}
