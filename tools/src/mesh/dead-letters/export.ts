import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Action } from './command.js';
import { pages, queryFor } from './selection.js';

/** One JSON a line, with headers, and the bytes as base64: what another program can read again. */
export const exportLetters: Action = async (services, options, { say, warn }) => {
  const file = options.out === undefined ? undefined : createWriteStream(options.out);
  let count = 0;
  for (const client of services) {
    const query = queryFor(client, options);
    if (query === undefined) continue;
    for await (const page of pages((one) => client.whole(one), query, Infinity, 50)) {
      for (const letter of page) {
        const line = JSON.stringify({ name: `${client.service}/${letter.id}`, ...letter });
        if (file === undefined) say(line);
        else if (!file.write(`${line}\n`)) await once(file, 'drain');
        count += 1;
      }
    }
  }
  if (file !== undefined) {
    file.end();
    await once(file, 'close');
    warn(`Wrote ${count} dead letters to ${options.out}`);
  }
  return 0;
};
