import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, expect, it } from 'vitest';
import { readMailbox } from './mailbox.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('given mails and files that are none, then reads what the headers of the mails say', async () => {
  const mail = [
    'X-Mesh-Notification-Id: o1-v2',
    'X-Mesh-Order-Id: o1',
    'X-Mesh-Kind: order_confirmed',
    '',
    'X-Mesh-Order-Id: of the text',
  ].join('\r\n');
  writeFileSync(join(folder.path, 'o1-v2.eml'), mail);
  writeFileSync(join(folder.path, 'o1-v3.eml.1.tmp'), 'half');
  expect(await readMailbox(folder.path)).toEqual([
    { file: 'o1-v2.eml', notificationId: 'o1-v2', orderId: 'o1', kind: 'order_confirmed' },
  ]);
});

it('given no folder, then there are no mails', async () => {
  expect(await readMailbox(join(folder.path, 'none'))).toEqual([]);
});
