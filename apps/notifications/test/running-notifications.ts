import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { DATABASE } from '@mesh/service-kit';
import { startWholeService } from '@mesh/service-kit/testing/whole-service';
import { configSchema } from '../src/config.js';
import { NotificationsModule } from '../src/notifications.module.js';
import type { NotificationsDatabase } from '../src/outbound/notifications-database.js';

/** The whole service in this process, with a mailbox of its own. */
export async function startNotifications(environment: Readonly<Record<string, string>> = {}) {
  const mailbox = mkdtempSync(join(tmpdir(), 'mailbox-'));
  const running = await startWholeService(NotificationsModule, configSchema, {
    ...{ name: 'notifications', streams: ['mesh.notifications'] },
    env: { MAILBOX_DIR: mailbox, ...environment },
  });
  const db = running.service.app.get<Kysely<NotificationsDatabase>>(DATABASE);
  return {
    ...running,
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
      await running.stop();
      rmSync(mailbox, { recursive: true });
    },
  };
}

export type RunningNotifications = Awaited<ReturnType<typeof startNotifications>>;
