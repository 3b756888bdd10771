import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@mesh/tools/processes/run-program';
import type { Contract } from './contract.js';
import type { Edition } from './contract-findings.js';

/** Made by `npm run generate`. */
export const contractFile = 'docs/reference/contract.json';

const files = [contractFile, 'CHANGELOG.md', 'package.json'];

/** As it is in the folder. */
export function presentEdition(folder: string): Edition {
  const read = (path: string) =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '';
  return editionOf(files.map(read));
}

/**
 * What the folder is held against: where its branch began; on the main branch, the commit before the last, or the last
 * one when the contract has changed since. A string says why there is nothing.
 */
export async function earlierEdition(folder: string): Promise<Edition | string> {
  const git = async (...args: string[]) => {
    const { code, output } = await runProgram('git', args, { cwd: folder });
    return code === 0 ? output : undefined;
  };
  const show = async (commit: string) =>
    editionOf(
      await Promise.all(
        files.map(async (path) => (await git('show', `${commit}:./${path}`)) ?? ''),
      ),
    );
  const head = (await git('rev-parse', '--verify', '--quiet', 'HEAD'))?.trim();
  if (head === undefined) return 'this folder has no git history';
  const last = await show(head);
  for (const main of ['origin/main', 'main']) {
    const begun = (await git('merge-base', 'HEAD', main))?.trim();
    if (begun !== undefined && begun !== head) return show(begun);
  }
  const changed = JSON.stringify(last.contract) !== JSON.stringify(presentEdition(folder).contract);
  if (changed) return last;
  const before = (await git('rev-parse', '--verify', '--quiet', 'HEAD^'))?.trim();
  return before === undefined
    ? 'git has no earlier commit here (a shallow clone?); only what is not yet committed was looked at'
    : show(before);
}

function editionOf([contract = '', changelog = '', manifest = '']: readonly string[]): Edition {
  const { name } = parsed<{ name: string }>(manifest, { name: '' });
  return { name, contract: parsed<Contract>(contract, {}), changelog };
}

const parsed = <Value>(text: string, none: Value) =>
  text === '' ? none : (JSON.parse(text) as Value);
