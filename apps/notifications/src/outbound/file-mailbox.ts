import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MailError, type Mail, type MailChannel } from '../use-cases/mail.js';
import { mailMessage } from './mail-message.js';

/** Older than this, a temporary file is what a killed process left. */
const ABANDONED_MS = 60_000;

/**
 * A folder of `.eml` files, one a mail, named by its notification id. A file is there whole or not
 * at all, on the disk before `deliver` fulfils; a mail that is there is left as it is.
 */
export class FileMailbox implements MailChannel {
  readonly #folder: string;
  readonly #from: string;
  #prepared: Promise<void> | undefined;

  constructor(options: { readonly folder: string; readonly from: string }) {
    this.#folder = options.folder;
    this.#from = options.from;
  }

  async deliver(mail: Mail): Promise<void> {
    const message = await mailMessage(mail, this.#from);
    const file = join(this.#folder, `${mail.notificationId}.eml`);
    try {
      await (this.#prepared ??= this.#prepare());
      if (!(await exists(file))) await this.#write(file, message);
    } catch (cause) {
      // The folder may be gone: the next try makes it again.
      this.#prepared = undefined;
      const message = `The mailbox can't keep ${file}: ${(cause as Error).message}`;
      throw new MailError('MAIL_UNAVAILABLE', message, { cause });
    }
  }

  async close(): Promise<void> {}

  async #prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith('.tmp')) continue;
      const file = join(this.#folder, name);
      const left = await stat(file).catch(() => undefined);
      if (left && Date.now() - left.mtimeMs > ABANDONED_MS) await rm(file, { force: true });
    }
  }

  async #write(file: string, message: Buffer): Promise<void> {
    const temporary = `${file}.${randomUUID()}.tmp`;
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
