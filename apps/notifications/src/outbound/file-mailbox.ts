import { randomBytes } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MailError, type Mail, type MailChannel } from '../use-cases/mail.js';
import { mailMessage } from './mail-message.js';

/**
 * A folder of `.eml` files, one a mail, named by its notification id. A file is there whole or not
 * at all, on the disk before `deliver` fulfils; a mail that is there is left as it is.
 */
export class FileMailbox implements MailChannel {
  readonly #folder: string;
  readonly #from: string;

  constructor(options: { readonly folder: string; readonly from: string }) {
    this.#folder = options.folder;
    this.#from = options.from;
  }

  async deliver(mail: Mail): Promise<void> {
    const message = await mailMessage(mail, this.#from);
    const file = join(this.#folder, `${mail.notificationId}.eml`);
    try {
      await mkdir(this.#folder, { recursive: true });
      if (!(await exists(file))) await this.#write(file, message);
    } catch (cause) {
      const message = `The mailbox can't keep ${file}: ${(cause as Error).message}`;
      throw new MailError('MAIL_UNAVAILABLE', message, { cause });
    }
  }

  async close(): Promise<void> {}

  async #write(file: string, message: Buffer): Promise<void> {
    const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(message);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(this.#folder);
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Makes the new name survive a power cut. Not every system can open a folder: there it is the rename alone. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
