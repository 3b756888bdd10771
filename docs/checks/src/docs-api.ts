import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '@mesh/tools/root';
import { publicEntries } from './api/entries.js';
import { writeApiPages } from './api/pages.js';

const help = `npm run docs:api

Writes dist/docs/api: pages of what the libs export, made from docstrings by TypeDoc, with the how-tos beside them.
Open dist/docs/api/index.html; the pages need no server and load nothing from elsewhere.`;

const folder = 'dist/docs/api';

if (wantsHelp()) console.log(help);
else {
  await writeApiPages({
    entries: publicEntries(root),
    tsconfig: 'docs/checks/tsconfig.api.json',
    folder: join(root, folder),
  });
  console.log(`${folder}/index.html`);
}

function wantsHelp(): boolean {
  try {
    const { values } = parseArgs({
      options: { help: { type: 'boolean', short: 'h', default: false } },
    });
    return values.help;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}
