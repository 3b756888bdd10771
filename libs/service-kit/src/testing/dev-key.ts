import { generateKeyPair, exportJWK, SignJWT, type JWTPayload } from 'jose';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A development key in a file of its own, and tokens signed with it as a test wants them. */
export async function devKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const file = join(await mkdtemp(join(tmpdir(), 'mesh-key-')), 'dev-key.json');
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
