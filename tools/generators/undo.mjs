// node tools/generators/undo.mjs: takes back what a generator wrote that was interrupted in the middle.
import { root } from '../root.mjs';
import { interrupted, takeBack } from './journal.mjs';

const found = interrupted(root);
if (found === undefined) {
  console.log('No generator was interrupted while it wrote: there is nothing to take back.');
} else {
  const kept = takeBack(root);
  console.log(`Everything is as it was before the generator ${found.generator}.`);
  if (kept.length > 0)
    console.log(`But for what was changed since, which is left:\n  ${kept.join('\n  ')}`);
}
