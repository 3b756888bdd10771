import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../postgres/index.js';

/**
 * Global setup of the integration project: starts what the tests need and tells the workers by
 * TEST_DATABASE_URL. A variable that is set already is used as it is.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.TEST_DATABASE_URL) return async () => {};
  const folder = mkdtempSync(join(tmpdir(), 'mesh-test-'));
  chmodSync(folder, 0o711);
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  process.env.TEST_DATABASE_URL = server.url();
  return async () => {
    delete process.env.TEST_DATABASE_URL;
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
