import { createDatabase } from '@mesh/tools/testing';
import type { PgLog } from '@mesh/pg-log';
import { installInbox } from '../postgres/inbox-schema.js';
import { pollingRelay } from './polling-relay.js';
import { openRelaySetting, type RelaySetting } from './relay-setting.js';

export type { Tables } from './relay-setting.js';

/** A service's database with an outbox, an inbox and something to change. */
export interface Setting extends RelaySetting {
  readonly log: PgLog;
}

/** A database of its own on TEST_DATABASE_URL. */
export async function openSetting(): Promise<Setting> {
  const database = await createDatabase('outbox');
  const setting = await openRelaySetting(pollingRelay, database.url);
  await installInbox(setting.pool);
  return {
    ...setting,
    log: setting.store.log as PgLog,
    async close() {
      await setting.close();
      await database.drop();
    },
  };
}
