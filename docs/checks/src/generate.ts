import { staleMade, writeMade } from './made/pages.js';

// npm run generate -- docs: writes what pages tell of code. With --check it lists what is stale, and ends with 1 then.
const check = process.argv.includes('--check');
const stale = await (check ? staleMade() : writeMade());
if (check && stale.length > 0) console.log('Stale:');
for (const path of stale) console.log(path);
if (check && stale.length > 0) process.exitCode = 1;
