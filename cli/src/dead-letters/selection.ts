import { CliError } from '../cli-error.js';
import type { DeadLetterClient, Query } from './client.js';
import type { LetterName, Options } from './options.js';

/** The query for one service; undefined when dead letters are named, and none of them is its. */
export function queryFor(client: DeadLetterClient, options: Options): Query | undefined {
  const { letters, filter } = options;
  if (letters.length === 0) return filter;
  const ids = letters.filter(({ service }) => service === client.service).map(({ id }) => id);
  return ids.length === 0 ? undefined : { ...filter, ids: ids.join(',') };
}

/** @throws CliError naming the first of those that are named and not there */
export async function requireNamed(
  services: readonly DeadLetterClient[],
  letters: readonly LetterName[],
): Promise<void> {
  const there = new Set<string>();
  for (const client of services) {
    const ids = letters.filter(({ service }) => service === client.service).map(({ id }) => id);
    if (ids.length === 0) continue;
    const query = { ids: ids.join(',') };
    for await (const page of pages((one) => client.list(one), query, Infinity))
      for (const { id } of page) there.add(`${client.service}/${id}`);
  }
  const missing = letters.find(({ service, id }) => !there.has(`${service}/${id}`));
  if (missing !== undefined) throw noSuchLetter(missing);
}

export const noSuchLetter = ({ service, id }: LetterName) =>
  new CliError(`There is no dead letter ${service}/${id}; it may be redriven or discarded`);

/** Page by page, so that no answer grows with the number of dead letters. */
export async function* pages<Item extends { readonly id: string }>(
  load: (query: Query) => Promise<Item[]>,
  query: Query,
  limit: number,
  size = 200,
): AsyncGenerator<Item[]> {
  let after = '0';
  for (let left = limit; left > 0;) {
    const wanted = Math.min(left, size);
    const page = await load({ ...query, after, limit: String(wanted) });
    if (page.length > 0) yield page;
    if (page.length < wanted) return;
    after = page.at(-1)!.id;
    left -= page.length;
  }
}
