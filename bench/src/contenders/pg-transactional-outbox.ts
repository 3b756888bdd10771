import {
  DatabaseSetup,
  getDisabledLogger,
  initializePollingMessageListener,
} from 'pg-transactional-outbox';
import { counted, type OutboxPeer, type OutboxPeerOptions } from './outbox-peer.js';

const TABLE = { schema: 'peer', table: 'outbox' };
const NEXT = { nextMessagesSchema: 'peer', nextMessagesName: 'next_outbox_messages' };
const FILL = `insert into peer.outbox (id, aggregate_type, aggregate_id, message_type, payload, metadata)
select gen_random_uuid(), 'order', key, type, payload, jsonb_build_object('index', index)
from unnest($1::text[], $2::text[], $3::jsonb[], $4::int[]) as e(key, type, payload, index)`;

/** Its polling listener: the one of its two that needs no replication slot. */
export function pgTransactionalOutbox({ pool, url, batch }: OutboxPeerOptions): OutboxPeer {
  return {
    name: 'pg-transactional-outbox',
    async install() {
      const names = { database: 'postgres', listenerRole: 'current_user', ...TABLE, ...NEXT };
      const setup = { outboxOrInbox: 'outbox', ...names } as const;
      await pool.query(DatabaseSetup.dropAndCreateTable(setup));
      await pool.query(DatabaseSetup.createPollingFunction(setup));
      await pool.query(DatabaseSetup.setupPollingIndexes(setup));
    },
    async fill(messages) {
      await pool.query(FILL, [
        messages.map(({ key }) => key),
        messages.map(({ event }) => event.type),
        messages.map(({ event }) => JSON.stringify(event.extensions)),
        messages.map((_, index) => index),
      ]);
    },
    async drain(options) {
      const { done, publish } = counted(options);
      const [shutdown] = initializePollingMessageListener(
        {
          outboxOrInbox: 'outbox',
          dbListenerConfig: { connectionString: url },
          dbHandlerConfig: { connectionString: url },
          settings: {
            ...{ dbSchema: TABLE.schema, dbTable: TABLE.table },
            ...{ enableMaxAttemptsProtection: false, enablePoisonousMessageProtection: false },
            nextMessagesFunctionSchema: NEXT.nextMessagesSchema,
            nextMessagesFunctionName: NEXT.nextMessagesName,
            nextMessagesBatchSize: batch,
            nextMessagesPollingIntervalInMs: 10,
          },
        },
        { handle: ({ metadata }) => publish(Number(metadata?.['index'])) },
        getDisabledLogger(),
      );
      await done;
      await shutdown();
    },
  };
}
