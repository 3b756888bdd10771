// What is around every generator: a workspace with half of it written is taken back, a dirty git tree warned of.
import { execFileSync } from 'node:child_process';
import { closeJournal, interrupted, openJournal, takeBack } from './journal.mjs';

const undo = 'node tools/generators/undo.mjs';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a generator on Nx's tree. Nx writes the tree when this is fulfilled, and calls what it is fulfilled with
 * after the last file: between the two there is a journal.
 */
export async function guarded(name, tree, generate) {
  const dry = process.env.NX_DRY_RUN === 'true';
  recover(tree.root, dry);
  const task = await generate();
  const changes = tree.listChanges();
  if (dry || changes.length === 0) return task;
  warnOfDirtyTree(tree.root);
  openJournal(tree.root, name, changes);
  const onExit = () => takeBackAtExit(tree.root);
  process.once('exit', onExit);
  // Nx writes without a pause: a signal is heard after the last file.
  const onSignal = (signal) => {
    console.error(
      `\nInterrupted (${signal}): ${changes.length} files are written whole, but not what is made from them. Go on with: npm run generate\nOr take them back: git stash -u`,
    );
    process.exit(130);
  };
  for (const signal of signals) process.once(signal, onSignal);
  return async () => {
    process.off('exit', onExit);
    closeJournal(tree.root);
    await task?.();
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** @throws Error that says what to do, when it can't go on */
function recover(root, dry) {
  const found = interrupted(root);
  if (found === undefined) return;
  const { generator, pid } = found;
  if (dry || isAlive(pid))
    throw new Error(
      isAlive(pid)
        ? `The generator ${generator} writes in process ${pid}: wait for it. When that is another program: ${undo}`
        : `The generator ${generator} was interrupted while it wrote. Take back what is there of it: ${undo}`,
    );
  const kept = takeBack(root);
  console.warn(
    `The generator ${generator} had been interrupted while it wrote: what was there of it is taken back.`,
  );
  if (kept.length > 0) console.warn(`Changed since, and left:\n  ${kept.join('\n  ')}`);
}

function takeBackAtExit(root) {
  try {
    takeBack(root);
    console.error('Not everything could be written: all files are as they were before.');
  } catch (error) {
    console.error(
      `Not everything could be written, nor taken back (${error.message}). Mend that, then: ${undo}`,
    );
  }
}

function warnOfDirtyTree(root) {
  let changed;
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    changed = execFileSync('git', ['status', '--porcelain'], options).trim();
  } catch {
    console.warn('This is no git tree: nothing could take back what the generator writes.');
    return;
  }
  if (changed === '') return;
  const count = changed.split('\n').length;
  console.warn(
    `The git tree has ${count} uncommitted ${count === 1 ? 'change' : 'changes'}: after a commit or git stash -u, git checkout . && git clean -fd would take back the generator alone.`,
  );
}

function isAlive(pid) {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
