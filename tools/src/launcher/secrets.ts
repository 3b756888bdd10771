import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Secrets {
  /** Private ES256 key as JWK: signs and verifies development tokens. */
  readonly devKeyFile: string;
  /** Signs the cursors that clients keep. */
  readonly cursorSecretFile: string;
}

/** The secrets of this mesh, made once: tokens and cursors outlive a restart. */
export function openSecrets(dir: string): Secrets {
  return {
    devKeyFile: once(join(dir, 'dev-key.json'), () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const kid = randomBytes(8).toString('hex');
      return JSON.stringify({
        ...privateKey.export({ format: 'jwk' }),
        kid,
        alg: 'ES256',
        use: 'sig',
      });
    }),
    cursorSecretFile: once(join(dir, 'cursor-secret'), () => randomBytes(32).toString('base64url')),
  };
}

function once(file: string, make: () => string): string {
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, make(), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return file;
}
