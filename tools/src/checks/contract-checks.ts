import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import { fail, pass, skip, type Check, type Counts } from './check.js';
import { programCheck } from './program-check.js';

const generated = 'libs/contracts/src/gen';

export const contractChecks: readonly Check[] = [
  programCheck({ stage: 'buf', title: 'buf lint', command: () => ['buf', 'lint'] }),
  { stage: 'buf', title: 'buf breaking', run: () => inFolder(checkBreaking) },
  { stage: 'buf', title: 'generated code is up to date', run: () => inFolder(checkGenerated) },
];

async function inFolder(work: (folder: string) => Promise<Counts>): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-buf-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What others may rely on is the last release and the main branch: neither may be broken. */
async function checkBreaking(folder: string): Promise<Counts> {
  const tag = await git('describe', '--tags', '--abbrev=0');
  const candidates = [tag, 'origin/main', 'main', 'HEAD'].filter((name) => name !== undefined);
  const commits = await Promise.all(
    candidates.map((name) => git('rev-parse', '--verify', '--quiet', `${name}^{commit}`)),
  );
  const bases = [...new Set(commits.filter((commit) => commit !== undefined))];
  if (bases.length === 0) {
    console.log('buf breaking is skipped: this folder is not a git clone, nothing to compare with');
    return skip;
  }
  for (const base of bases) {
    const archive = join(folder, `${base}.tar`);
    if ((await git('archive', '-o', archive, base, 'buf.yaml', 'proto')) === undefined) continue;
    const { code, output } = await runProgram('buf', ['breaking', '--against', archive]);
    if (code !== 0) {
      console.log(`\nThe protos break what ${base} promised:\n${output}`);
      return fail;
    }
  }
  return pass;
}

async function checkGenerated(folder: string): Promise<Counts> {
  const { code, output } = await runProgram('buf', ['generate', '--output', folder]);
  if (code !== 0) {
    console.log(`\n$ buf generate\n${output}`);
    return fail;
  }
  const wanted = contents(join(folder, generated));
  const found = contents(join(root, generated));
  const stale = [...new Set([...wanted.keys(), ...found.keys()])].filter(
    (file) => wanted.get(file) !== found.get(file),
  );
  if (stale.length === 0) return pass;
  console.log(`\nNot what the protos say (run: npm run generate):\n  ${stale.join('\n  ')}`);
  return fail;
}

function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]));
}

/** Output of a git command; undefined when it fails. */
async function git(...args: string[]): Promise<string | undefined> {
  const { code, output } = await runProgram('git', args);
  return code === 0 ? output.trim() : undefined;
}
