import './kafkajs-patch.js';
import './static-member.js';
import kafkajs, { type Kafka, type LogEntry } from 'kafkajs';
import type { KafkaSettings } from './options.js';

const CONNECTION_TIMEOUT_MS = 3000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * A kafkajs client. One for each consumer, since clients keep the offsets of a group in a map that
 * all their consumers share.
 */
export function createClient({ brokers, clientId, access, log }: KafkaSettings): Kafka {
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    ...access.config,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Named in full: kafkajs takes others when NODE_ENV is `test`.
    retry: { initialRetryTime: 100, maxRetryTime: 1000, factor: 0.2, multiplier: 2, retries: 5 },
    logLevel: kafkajs.logLevel.WARN,
    // What kafkajs calls an error it mostly retries itself; what it gives up on is thrown, and told
    // by whoever catches it.
    logCreator: () => (entry: LogEntry) => {
      const { message: said, error, groupId, broker } = entry.log;
      log('debug', 'kafkajs says', { namespace: entry.namespace, said, error, groupId, broker });
    },
  });
}
