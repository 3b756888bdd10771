import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleEntry } from '../bundle.mjs';
import { root } from '../root.mjs';

/** The default export of tools/src/generators/NAME/generator.ts. */
export async function loadGenerator(name) {
  const file = await bundleEntry(join(root, 'tools/src/generators', name, 'generator.ts'));
  return (await import(pathToFileURL(file).href)).default;
}
