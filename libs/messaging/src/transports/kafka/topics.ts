import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaTopic } from '@mesh/contracts/topology';
import type { Admin } from 'kafkajs';
import { findDifferences } from './find-differences.js';
import type { KafkaSettings } from './options.js';
import { brokerErrorOf, kindOf } from './broker-errors.js';
import { settingsOfTopic } from './topic-settings.js';

const LEADER_TIMEOUT_MS = 30_000;
const LEADER_POLL_MS = 20;
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

type TopicsOptions = Pick<KafkaSettings, 'topics' | 'partitions' | 'log'>;

/**
 * Makes topics exist as they are described, asking the broker once for each. Where others make them, no right
 * to make one is needed.
 */
export class Topics {
  readonly #admin: () => Promise<Admin>;
  readonly #described: ReadonlyMap<string, KafkaTopic>;
  readonly #partitions: number;
  readonly #log: KafkaSettings['log'];
  readonly #known = new Map<string, Promise<void>>();

  constructor(admin: () => Promise<Admin>, { topics, partitions, log }: TopicsOptions) {
    this.#admin = admin;
    this.#described = new Map(topics.map((topic) => [topic.name, topic]));
    this.#partitions = partitions;
    this.#log = log;
  }

  /** Leaves a topic that exists as it is, and says once how it differs from its description. */
  async ensure(topics: readonly string[]): Promise<void> {
    const missing = topics.filter((topic) => !this.#known.has(topic));
    if (missing.length > 0) {
      const found = this.#find(missing);
      for (const topic of missing) this.#known.set(topic, found);
      found.catch(() => missing.forEach((topic) => this.#known.delete(topic)));
    }
    await Promise.all(topics.map((topic) => this.#known.get(topic)));
  }

  async #find(topics: readonly string[]): Promise<void> {
    const admin = await this.#admin();
    // Asked for by its name, a topic could be made by the broker, with settings of its own.
    const there = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !there.has(topic));
    if (missing.length > 0) await this.#create(admin, missing);
    await untilLed(admin, topics);
    void this.#tellDifferences(admin, topics);
  }

  async #create(admin: Admin, topics: readonly string[]): Promise<void> {
    const wanted = topics.map((name) => {
      const topic = this.#described.get(name);
      return {
        topic: name,
        numPartitions: topic?.partitions ?? this.#partitions,
        ...(topic?.replicationFactor && { replicationFactor: topic.replicationFactor }),
        configEntries: settingsOfTopic(topic ?? {}),
      };
    });
    try {
      await admin.createTopics({ waitForLeaders: false, topics: wanted });
    } catch (cause) {
      if (kindOf(cause) !== 'denied') throw cause;
      const names = topics.join(', ');
      throw new Error(`may not see or make ${names}: make it, or give the right to`, { cause });
    }
  }

  async #tellDifferences(admin: Admin, topics: readonly string[]): Promise<void> {
    const described = topics.flatMap((topic) => this.#described.get(topic) ?? []);
    try {
      const differences = await findDifferences(admin, described);
      for (const [topic, found] of Map.groupBy(differences, ({ name }) => name)) {
        this.#log('warn', 'A topic differs from its description: npm run mesh -- topology diff', {
          topic,
          differences: found.map(({ setting, wanted, found }) => ({ setting, wanted, found })),
        });
      }
    } catch (err) {
      this.#log('debug', 'Kafka topics could not be compared', { topics, err });
    }
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
