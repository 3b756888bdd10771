import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailFile } from '../verdict/evidence.js';

/** Every mail in a folder, by what its headers say. */
export async function readMailbox(folder: string): Promise<readonly MailFile[]> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const mails: MailFile[] = [];
  // One after the other: there may be more files than a process may have open.
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const header = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'im').exec(text)?.[1] ?? '';
    mails.push({
      ...{ file, notificationId: header('X-Mesh-Notification-Id') },
      ...{ orderId: header('X-Mesh-Order-Id'), kind: header('X-Mesh-Kind') },
    });
  }
  return mails;
}
