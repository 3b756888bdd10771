// What a generator is about to write and what is there before, in a file beside the builds: Nx writes a tree file by
// file, so what ends in the middle is taken back by it. Only Node's own modules, and no name of the workspace: this
// has to run where half of everything is renamed.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const journalOf = (root) => join(root, 'dist', 'generating.json');

/** Says what would be written, before anything is. @throws what the disk refuses; nothing is written then */
export function openJournal(root, generator, changes) {
  const journal = journalOf(root);
  const files = changes.flatMap(({ path, type, content }) =>
    type === 'DELETE'
      ? filesOf(root, path).map((file) => entryOf(root, file, null))
      : [entryOf(root, path, content)],
  );
  mkdirSync(dirname(journal), { recursive: true });
  const aside = `${journal}.${process.pid}`;
  try {
    writeFileSync(aside, JSON.stringify({ generator, pid: process.pid, files }));
    renameSync(aside, journal);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Everything is written. */
export function closeJournal(root) {
  rmSync(journalOf(root), { force: true });
}

/** The generator that was interrupted while it wrote, and its process. */
export function interrupted(root) {
  if (!existsSync(journalOf(root))) return undefined;
  const { generator, pid } = JSON.parse(readFileSync(journalOf(root), 'utf8'));
  return { generator, pid };
}

/**
 * Makes files what they were before the interrupted generator. What somebody has changed since stays, and is returned.
 * @throws what the disk refuses; another try goes on then
 */
export function takeBack(root) {
  const { files } = JSON.parse(readFileSync(journalOf(root), 'utf8'));
  const kept = [];
  // What was made goes first: a full disk has room then for what was there.
  for (const file of [...files].sort((one, other) => (one.before ? 1 : 0) - (other.before ? 1 : 0)))
    if (!restore(root, file)) kept.push(file.path);
  closeJournal(root);
  return kept;
}

function restore(root, { path, before, after, mode }) {
  const full = join(root, path);
  const now = existsSync(full) ? readFileSync(full) : null;
  const old = before === null ? null : Buffer.from(before, 'base64');
  if (same(now, old)) return true;
  const written = after === null ? null : Buffer.from(after, 'base64');
  // The one that was written at that moment is a beginning of what it was to be.
  const isOurs = now === null || (written !== null && written.subarray(0, now.length).equals(now));
  if (!isOurs) return false;
  if (old === null) {
    rmSync(full, { force: true });
    removeEmpty(dirname(full));
  } else {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, old);
    chmodSync(full, mode);
  }
  return true;
}

function entryOf(root, path, content) {
  const full = join(root, path);
  const there = existsSync(full);
  return {
    path,
    before: there ? readFileSync(full).toString('base64') : null,
    after: content === null ? null : Buffer.from(content).toString('base64'),
    ...(there && { mode: lstatSync(full).mode }),
  };
}

/** What goes with a folder; what npm has put there, npm brings back. */
function filesOf(root, path) {
  const found = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.isFile() ? [path] : [];
  return readdirSync(join(root, path))
    .filter((name) => name !== 'node_modules')
    .flatMap((name) => filesOf(root, `${path}/${name}`));
}

function removeEmpty(folder) {
  if (!existsSync(folder) || readdirSync(folder).length > 0) return;
  rmdirSync(folder);
  removeEmpty(dirname(folder));
}

function same(one, other) {
  return one === null || other === null ? one === other : one.equals(other);
}
