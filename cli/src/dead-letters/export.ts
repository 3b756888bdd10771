import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '../cli-error.js';
import type { Action } from './action.js';
import { requireNamed, pages, queryFor } from './selection.js';
import { counted } from './views.js';

/**
 * One JSON a line, with headers, and the bytes as base64: what another program can read again. A file is
 * there whole or not at all.
 */
export const exportLetters: Action = async (services, options, { say, warn }) => {
  await requireNamed(services, options.letters);
  const { out, force } = options;
  if (out !== undefined) await refuseExisting(out, force);
  const file = out === undefined ? undefined : await openBeside(out);
  let count = 0;
  try {
    for (const client of services) {
      const query = queryFor(client, options);
      if (query === undefined) continue;
      for await (const page of pages((one) => client.whole(one), query, Infinity, 50)) {
        const lines = page.map((letter) =>
          JSON.stringify({ name: `${client.service}/${letter.id}`, ...letter }),
        );
        if (file === undefined) lines.forEach(say);
        else await file.write(lines);
        count += page.length;
      }
    }
    if (count > 0) await file?.keep();
  } finally {
    await file?.discard();
  }
  if (count === 0)
    warn(`No dead letter matches${out === undefined ? '' : '; nothing was written'}.`);
  else if (out !== undefined) warn(`Wrote ${counted(count)} to ${out}`);
  return 0;
};

/** Seen from where npm was called, which goes to the project's root first. */
const placeOf = (out: string) => resolve(process.env['INIT_CWD'] ?? '', out);

async function refuseExisting(out: string, force: boolean): Promise<void> {
  const there = await stat(placeOf(out)).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isFile()) throw new CliError(`can't write ${out}: it is there and is no file`, 2);
  if (!force) throw new CliError(`${out} is there already; --force replaces it`, 2);
}

/** Becomes `out` when it is kept. */
async function openBeside(out: string) {
  const path = `${placeOf(out)}.${process.pid}.part`;
  const trying = <T>(work: Promise<T>) =>
    work.catch((cause: Error) => {
      // Behind the comma is the path of the part, which nobody asked for.
      const [why] = cause.message.split(', ', 1);
      throw new CliError(`can't write ${out}: ${why}`, 2, { cause });
    });
  const file: FileHandle = await trying(open(path, 'wx'));
  return {
    write: (lines: readonly string[]) => trying(file.appendFile(`${lines.join('\n')}\n`)),
    keep: () => trying(rename(path, placeOf(out))),
    async discard() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
