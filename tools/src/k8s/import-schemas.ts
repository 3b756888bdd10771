/**
 * Takes schemas from an operator's definitions into k8s/schemas:
 *   node tools/run.mjs tools/src/k8s/import-schemas.ts VERSION FILE KIND…
 * VERSION is that of the API, such as v1; FILE is YAML as the operator publishes it, of one definition or more.
 * Note the operator's release and licence in k8s/schemas/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../root.js';
import { strictSchema, type CustomResourceDefinition } from './strict-schema.js';

const [version = '', file = '', ...kinds] = process.argv.slice(2);
const definitions = parseAllDocuments(readFileSync(file, 'utf8')).map(
  (document) => document?.toJS() as CustomResourceDefinition | null,
);
for (const kind of kinds) {
  const definition = definitions.find((one) => one?.spec.names.kind === kind);
  if (!definition) throw new Error(`${file} does not define ${kind}`);
  const path = join(root, 'k8s/schemas', `${definition.spec.group}_${kind}.json`);
  writeFileSync(path, `${JSON.stringify(strictSchema(definition, version))}\n`);
  console.log(path);
}
