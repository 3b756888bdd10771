import type { Admin } from 'kafkajs';
import { MAX_TOPIC_MESSAGE_BYTES } from './options.js';

/** Makes topics exist, asking the broker once for each. */
export class Topics {
  readonly #admin: () => Promise<Admin>;
  readonly #partitions: number;
  readonly #known = new Map<string, Promise<void>>();

  constructor(admin: () => Promise<Admin>, partitions: number) {
    this.#admin = admin;
    this.#partitions = partitions;
  }

  isKnown(topic: string): boolean {
    return this.#known.has(topic);
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
      waitForLeaders: true,
      topics: topics.map((topic) => ({
        topic,
        numPartitions: this.#partitions,
        configEntries: [{ name: 'max.message.bytes', value: String(MAX_TOPIC_MESSAGE_BYTES) }],
      })),
    });
  }
}
