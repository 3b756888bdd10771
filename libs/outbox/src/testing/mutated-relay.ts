import { MutantLog, type Mutation } from '@mesh/pg-log/testing';
import { OUTBOX_SCHEMA } from '../outbox.js';
import { Relay } from '../relay/relay.js';
import { pollingRelay, RETRY } from './polling-relay.js';
import type { RelayUnderTest } from './relay-under-test.js';

/** The polling mode with a defect in its statements. */
export function mutated(mutation: Mutation): RelayUnderTest {
  return {
    ...pollingRelay,
    async open({ pool }) {
      const log = new MutantLog(pool, OUTBOX_SCHEMA, mutation);
      await log.install();
      return {
        log,
        async start({ publisher, ...options }) {
          const publishers = async () => publisher;
          const relay = new Relay({ log, pool, publishers, retry: RETRY, ...options });
          await relay.start();
          return relay;
        },
        close: () => log.close(),
      };
    },
  };
}
