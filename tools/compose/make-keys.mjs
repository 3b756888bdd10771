// node make-keys.mjs KEYS MAILBOX: the secrets of a mesh in containers, made once, and folders that the services'
// user may use. What it finds, it leaves: tokens and cursors outlive a restart.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chownSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [keys, mailbox] = process.argv.slice(2);
/** Of the images. */
const user = 65532;

once(join(keys, 'dev-key.json'), () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(8).toString('hex');
  return JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' });
});
once(join(keys, 'cursor-secret'), () => randomBytes(32).toString('base64url'));
for (const folder of [keys, mailbox]) give(folder);

function once(file, make) {
  if (existsSync(file)) return;
  writeFileSync(`${file}.new`, make(), { mode: 0o400 });
  give(`${file}.new`);
  renameSync(`${file}.new`, file);
}

/** In the container it is root who makes them. */
function give(path) {
  if (process.getuid() === 0) chownSync(path, user, user);
}
