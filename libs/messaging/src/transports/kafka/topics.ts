import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { MAX_TOPIC_MESSAGE_BYTES } from './options.js';
import { brokerErrorOf } from './publish-failure.js';

const LEADER_TIMEOUT_MS = 30_000;
const LEADER_POLL_MS = 20;
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/** Makes topics exist, asking the broker once for each. */
export class Topics {
  readonly #admin: () => Promise<Admin>;
  readonly #partitions: number;
  readonly #known = new Map<string, Promise<void>>();

  constructor(admin: () => Promise<Admin>, partitions: number) {
    this.#admin = admin;
    this.#partitions = partitions;
  }

  /** Leaves a topic that exists as it is. */
  async ensure(topics: readonly string[]): Promise<void> {
    const missing = topics.filter((topic) => !this.#known.has(topic));
    if (missing.length > 0) {
      const made = this.#create(missing);
      for (const topic of missing) this.#known.set(topic, made);
      made.catch(() => missing.forEach((topic) => this.#known.delete(topic)));
    }
    await Promise.all(topics.map((topic) => this.#known.get(topic)));
  }

  async #create(topics: readonly string[]): Promise<void> {
    const admin = await this.#admin();
    await admin.createTopics({
      waitForLeaders: false,
      topics: topics.map((topic) => ({
        topic,
        numPartitions: this.#partitions,
        configEntries: [{ name: 'max.message.bytes', value: String(MAX_TOPIC_MESSAGE_BYTES) }],
      })),
    });
    await untilLed(admin, topics);
  }
}

/**
 * A broker learns of a new topic a moment after it was made, and says until then that there is none,
 * which kafkajs's own wait takes for an answer.
 */
async function untilLed(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = Date.now() + LEADER_TIMEOUT_MS;
  for (;;) {
    try {
      const found = await admin.fetchTopicMetadata({ topics: [...topics] });
      const partitions = found.topics.flatMap((topic) => topic.partitions);
      if (partitions.every(({ leader }) => leader >= 0) || Date.now() > deadline) return;
    } catch (error) {
      if (!NOT_YET.has(brokerErrorOf(error)) || Date.now() > deadline) throw error;
    }
    await pause(LEADER_POLL_MS);
  }
}
