import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A development key in a file of this folder. */
export function devKey(dir: string): string {
  const file = join(dir, 'dev-key.json');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file, JSON.stringify(privateKey.export({ format: 'jwk' })));
  return file;
}
