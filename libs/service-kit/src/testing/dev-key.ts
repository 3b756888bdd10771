import { generateKeyPair, exportJWK, SignJWT, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** For the keys of one spec, which imports this module anew; a hook of the whole spec has to be set here. */
const folder = mkdtempSync(join(tmpdir(), 'mesh-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A development key in a file of its own, and tokens signed with it as a test wants them. */
export async function devKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const file = join(folder, `${randomUUID()}.json`);
  await writeFile(file, JSON.stringify(await exportJWK(privateKey)));
  return {
    file,
    sign: (claims: JWTPayload, header: { alg: string } = { alg: 'ES256' }) =>
      new SignJWT({
        iss: 'mesh-development',
        aud: 'mesh',
        sub: 'alice',
        exp: Math.floor(Date.now() / 1000) + 60,
        ...claims,
      })
        .setProtectedHeader(header)
        .sign(privateKey),
  };
}
