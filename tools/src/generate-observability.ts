import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputsFor, staleOutputs } from './observability/outputs.js';
import { root } from './root.js';

// npm run generate:observability: writes dashboards and the table of alerts.
const outputs = await outputsFor(root);
for (const path of await staleOutputs(root)) {
  const content = outputs.get(path);
  if (content === undefined) rmSync(join(root, path));
  else writeFileSync(join(root, path), content);
  console.log(path);
}
