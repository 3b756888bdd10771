import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { root } from '../root.js';

const schema = JSON.parse(
  readFileSync(join(root, 'tools/schemas/service.schema.json'), 'utf8'),
) as { readonly properties: object };
const known = Object.keys(schema.properties).filter((key) => key !== '$schema');
const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true }).compile(schema);

/** What is wrong with the shape of one descriptor, one line each. Fills in what is left out. */
export function shapeFaults(descriptor: unknown): readonly string[] {
  if (validate(descriptor)) return [];
  return [...new Set((validate.errors ?? []).flatMap(inWords))];
}

function inWords({ keyword, instancePath, params, message, data }: ErrorObject): string[] {
  const at = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    if (at === '') return [`unknown key "${key}"; known are ${known.join(', ')}`];
    return [`${at}: unknown key "${key}"`];
  }
  // Said by what is wrong with the name.
  if (keyword === 'propertyNames') return [];
  if (keyword === 'pattern' && message !== undefined && typeof data !== 'object')
    return [`${at === '' ? 'it' : at} ${message}; received ${JSON.stringify(data)}`];
  return [at === '' ? `it ${message}` : `${at}: ${message}`];
}
