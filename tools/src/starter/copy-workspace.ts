import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';

/** npm's and our own record of what is installed: rewritten there, so not shared. */
const records = ['.installed', '.package-lock.json'];

/** What git knows of this workspace or would add, as it is on disk; packages are shared by links. */
export async function copyWorkspace(to: string): Promise<void> {
  const { code, output } = await runProgram('git', [
    ...['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  ]);
  if (code !== 0) throw new Error(`git ls-files failed: ${output}`);
  for (const path of output.split('\0')) {
    if (path === '' || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(root, path), join(to, path), { verbatimSymlinks: true });
  }
  shareModules(to);
}

/** The folder with links to the workspace's own packages is copied: it is renamed, and gets more. */
function shareModules(to: string): void {
  const [from, target] = [join(root, 'node_modules'), join(to, 'node_modules')];
  mkdirSync(target);
  for (const entry of readdirSync(from)) {
    const isOwn = entry.startsWith('@') && existsSync(join(from, entry, 'tools'));
    const isCache = entry.startsWith('.') && entry !== '.bin' && !records.includes(entry);
    if (isCache) continue;
    if (isOwn || records.includes(entry))
      cpSync(join(from, entry), join(target, entry), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(from, entry), join(target, entry));
  }
}
