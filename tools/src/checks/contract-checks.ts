import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import { fail, pass, skip, type Check, type Counts } from './check.js';
import { programCheck } from './program-check.js';

const generated = ['libs/contracts/src/gen', 'libs/contracts/src/gen-es'];

export const contractChecks: readonly Check[] = [
  programCheck({ stage: 'buf', title: 'buf lint', command: () => ['buf', 'lint'] }),
  { stage: 'buf', title: 'buf breaking', run: checkBreaking },
  { stage: 'buf', title: 'generated code is up to date', run: checkGenerated },
];

async function checkBreaking(): Promise<Counts> {
  const changes = await breakingChanges(root);
  if (changes === undefined) {
    console.log('buf breaking is skipped: this folder is not a git clone, nothing to compare with');
    return skip;
  }
  if (changes === '') return pass;
  console.log(`\n${changes}`);
  return fail;
}

async function checkGenerated(): Promise<Counts> {
  const stale = await staleFiles(root);
  if (stale.length === 0) return pass;
  console.log(`\nNot what the protos say (run: npm run generate):\n  ${stale.join('\n  ')}`);
  return fail;
}

const whatToDo = `Events are kept, and who reads them runs already, so a field stays what it was: put it back with its name, number
and type, and mark it [deprecated = true] when nobody needs it. What is new takes the next free number; what means
something else is another event, beside the old one. See docs/how-to/change-an-event.md`;

/**
 * What the protos in `cwd` break of what others may rely on: the last release and the main branch. Empty
 * when nothing; undefined when there is no commit to compare with.
 */
export async function breakingChanges(cwd: string): Promise<string | undefined> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const { code, output } = await runProgram('git', args, { cwd });
    return code === 0 ? output.trim() : undefined;
  };
  const tag = await git('describe', '--tags', '--abbrev=0');
  const names = [...(tag ? [tag] : []), 'origin/main', 'main', 'HEAD'];
  const commits = await Promise.all(
    names.map((name) => git('rev-parse', '--verify', '--quiet', `${name}^{commit}`)),
  );
  const bases = [...new Set(commits.filter((commit) => commit !== undefined))];
  if (bases.length === 0) return undefined;
  return inFolder(async (folder) => {
    const own = protoPackage(readFileSync(join(cwd, 'starter.json'), 'utf8'));
    for (const base of bases) {
      // Under another name it promised to others, and nobody reads its events as ours.
      const starter = await git('show', `${base}:starter.json`);
      if (starter !== undefined && protoPackage(starter) !== own) continue;
      const archive = join(folder, `${base}.tar`);
      // A commit from before the first proto promises nothing.
      if ((await git('archive', '-o', archive, base, 'buf.yaml', 'proto')) === undefined) continue;
      const { code, output } = await runProgram('buf', ['breaking', '--against', archive], { cwd });
      if (code !== 0)
        return `The protos break what ${base} promised:\n${output.trim()}\n${whatToDo}`;
    }
    return '';
  });
}

function protoPackage(starter: string): string {
  return (JSON.parse(starter) as { readonly protoPackage: string }).protoPackage;
}

/** Generated files that are not what the protos in `cwd` say. */
export function staleFiles(cwd: string): Promise<string[]> {
  return inFolder(async (folder) => {
    const { code, output } = await runProgram('buf', ['generate', '--output', folder], { cwd });
    if (code !== 0) return [`buf generate failed: ${output}`];
    return generated.flatMap((output) => {
      const wanted = contents(join(folder, output));
      const found = contents(join(cwd, output));
      const files = [...new Set([...wanted.keys(), ...found.keys()])];
      return files.filter((file) => wanted.get(file) !== found.get(file));
    });
  });
}

function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]));
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-buf-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
