import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { DATABASE, startService } from '@mesh/service-kit';
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
  const mailbox = join(mkdtempSync(join(tmpdir(), 'notifications-')), 'mailbox');
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
      ...environment,
    },
  );
  await service.ready();
  const probe = await openProbe(log.url, ['mesh.notifications']);
  const db = service.app.get<Kysely<NotificationsDatabase>>(DATABASE);
  return {
    probe,
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
      rmSync(join(mailbox, '..'), { recursive: true });
      await Promise.all([database.drop(), log.drop()]);
    },
  };
}

export type RunningNotifications = Awaited<ReturnType<typeof startNotifications>>;
