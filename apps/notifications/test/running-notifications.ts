import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import { DeadLetters } from '@mesh/outbox';
import { DATABASE, PG_POOL, startService } from '@mesh/service-kit';
import { createDatabase } from '@mesh/tools/testing';
import { configSchema } from '../src/config.js';
import { NotificationsModule } from '../src/notifications.module.js';
import type { NotificationsDatabase } from '../src/outbound/notifications-database.js';
import { openProbe } from './mesh-probe.js';

/** The whole service in this process, on fresh databases, with the embedded transport and a mailbox of its own. */
export async function startNotifications(environment: Readonly<Record<string, string>> = {}) {
  const [database, log] = await Promise.all([
    createDatabase('notifications'),
    createDatabase('log'),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'notifications-'));
  const mailbox = join(folder, 'mailbox');
  const keyFile = join(folder, 'dev-key.json');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(keyFile, JSON.stringify(privateKey.export({ format: 'jwk' })));
  const service = await startService(
    NotificationsModule,
    configSchema,
    { name: 'notifications' },
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      DATABASE_URL: database.url,
      MESH_LOG_URL: log.url,
      MAILBOX_DIR: mailbox,
      AUTH_DEV_KEY_FILE: keyFile,
      ...environment,
    },
  );
  await service.ready();
  const probe = await openProbe(log.url, ['mesh.notifications']);
  const db = service.app.get<Kysely<NotificationsDatabase>>(DATABASE);
  const deadLetters = new DeadLetters(service.app.get<Pool>(PG_POOL));
  return {
    probe,
    parked: (group: string) => deadLetters.list({ group }),
    mails: () => readdir(mailbox).catch(() => []),
    readMail: (name: string) => readFile(join(mailbox, name), 'utf8'),
    rows: (orderId: string) =>
      db
        .selectFrom('notifications')
        .select(['notification_id', 'kind', 'status'])
        .where('order_id', '=', orderId)
        .orderBy('notification_id')
        .execute(),
    async stop(): Promise<void> {
      await service.stop();
      await probe.close();
      rmSync(folder, { recursive: true });
      await Promise.all([database.drop(), log.drop()]);
    },
  };
}

export type RunningNotifications = Awaited<ReturnType<typeof startNotifications>>;
