import type { KafkaTopic } from '@mesh/contracts/topology';
import { MAX_TOPIC_MESSAGE_BYTES } from './options.js';

/** A setting of a topic by the broker's name for it. */
export interface TopicSetting {
  readonly name: string;
  readonly value: string;
}

/** What a topic of this description is made with; what it leaves out is the broker's default. */
export function settingsOfTopic(topic: Partial<KafkaTopic>): TopicSetting[] {
  const { retentionMs, cleanupPolicy, minInsyncReplicas } = topic;
  const settings = {
    'retention.ms': retentionMs,
    'cleanup.policy': cleanupPolicy,
    'min.insync.replicas': minInsyncReplicas,
    'max.message.bytes': MAX_TOPIC_MESSAGE_BYTES,
  };
  return Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value) }],
  );
}
