import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMail } from '../../test/mail.js';
import { FileMailbox } from './file-mailbox.js';
import { mailMessage } from './mail-message.js';

const from = 'orders@shop.example';

describe('FileMailbox', () => {
  let parent: string;
  let folder: string;
  let mailbox: FileMailbox;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'mailbox-'));
    folder = join(parent, 'new', 'mailbox');
    mailbox = new FileMailbox({ folder, from });
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('keeps a mail in a file named by its notification, in a folder it makes', async () => {
    await mailbox.deliver(aMail());
    expect(await readdir(folder)).toEqual(['o-1-v2.eml']);
    expect(await readFile(join(folder, 'o-1-v2.eml'))).toEqual(await mailMessage(aMail(), from));
  });

  it('given the mail is there, when delivering again, then leaves it as it is', async () => {
    await mailbox.deliver(aMail());
    const before = await stat(join(folder, 'o-1-v2.eml'));
    await mailbox.deliver(aMail());
    expect((await stat(join(folder, 'o-1-v2.eml'))).ino).toBe(before.ino);
    expect(await readdir(folder)).toEqual(['o-1-v2.eml']);
  });

  it('given the same mail at the same time, when delivering, then keeps one whole file', async () => {
    const text = 'x'.repeat(100_000);
    await Promise.all(Array.from({ length: 20 }, () => mailbox.deliver(aMail({ text }))));
    expect(await readdir(folder)).toEqual(['o-1-v2.eml']);
    const kept = await readFile(join(folder, 'o-1-v2.eml'));
    expect(kept).toEqual(await mailMessage(aMail({ text }), from));
  });

  it('given temporary files, when the first mail comes, then removes those that were left long ago', async () => {
    await mkdir(folder, { recursive: true });
    for (const name of ['old.eml.x.tmp', 'new.eml.y.tmp']) await writeFile(join(folder, name), '');
    await utimes(join(folder, 'old.eml.x.tmp'), 0, 0);
    await mailbox.deliver(aMail());
    expect((await readdir(folder)).sort()).toEqual(['new.eml.y.tmp', 'o-1-v2.eml']);
  });

  it('given the folder was removed, when delivering twice, then the second try makes it again', async () => {
    await mailbox.deliver(aMail());
    await rm(folder, { recursive: true });
    await expect(mailbox.deliver(aMail())).rejects.toMatchObject({ code: 'MAIL_UNAVAILABLE' });
    await mailbox.deliver(aMail());
    expect(await readdir(folder)).toEqual(['o-1-v2.eml']);
  });

  it('given a mail that can not be written, when delivering, then keeps nothing', async () => {
    const delivering = mailbox.deliver(aMail({ notificationId: '../escaped' }));
    await expect(delivering).rejects.toMatchObject({ code: 'MAIL_INVALID' });
    expect(await readdir(parent)).toEqual([]);
  });

  it('given a folder that can not be made, when delivering, then says to try again', async () => {
    await writeFile(join(parent, 'new'), '');
    await expect(mailbox.deliver(aMail())).rejects.toMatchObject({
      code: 'MAIL_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining(
        `The mailbox can't keep ${join(folder, 'o-1-v2.eml')}: ENOTDIR`,
      ),
    });
  });
});
