import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { format, resolveConfig } from 'prettier';
import { configurationPage } from '../configuration/page-text.js';
import { readContract } from '../contract/contract.js';
import { contractFile } from '../contract/recorded.js';
import { workedTable } from '../size/worked.js';
import { adrIndex } from './adr-index.js';

/** Pages that are made, whole or a part, by their path. */
export async function madePages(): Promise<ReadonlyMap<string, string>> {
  const pages: readonly (readonly [string, string])[] = [
    ['docs/reference/configuration.md', await configurationPage()],
    [contractFile, JSON.stringify(await readContract())],
    ['docs/adr/README.md', adrIndex(join(root, 'docs/adr'))],
    ['docs/how-to/size.md', withPart('docs/how-to/size.md', 'worked', workedTable())],
  ];
  const options = await resolveConfig(join(root, 'docs/README.md'));
  const done = pages.map(async ([path, text]) => {
    const page = await format(text, { ...options, filepath: path });
    return [path, page] as const;
  });
  return new Map(await Promise.all(done));
}

/** Those that are otherwise on disk. */
export async function staleMade(): Promise<readonly string[]> {
  return [...(await madePages())].flatMap(([path, text]) => (read(path) === text ? [] : [path]));
}

/** Writes what is stale; says what that was. */
export async function writeMade(): Promise<readonly string[]> {
  const pages = await madePages();
  const stale = await staleMade();
  for (const path of stale) writeFileSync(join(root, path), pages.get(path) ?? '');
  return stale;
}

/** A page with what is between `<!-- NAME: … -->` and `<!-- /NAME -->` made anew. */
export function replacePart(page: string, name: string, part: string): string {
  const made = new RegExp(`(<!-- ${name}: [^\n]* -->\n).*?(<!-- /${name} -->)`, 's');
  if (!made.test(page)) throw new Error(`The page has no place for ${name}`);
  return page.replace(made, (_, begin: string, end: string) => `${begin}\n${part}\n\n${end}`);
}

const withPart = (path: string, name: string, part: string) =>
  replacePart(read(path) ?? '', name, part);

const read = (path: string) =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
