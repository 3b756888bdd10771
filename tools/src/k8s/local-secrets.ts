import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSecrets } from '../launcher/secrets.js';
import { allServices, variablePrefix } from '../services/index.js';

/**
 * Makes the secrets of the overlay `local` by chance, all or none: once there, they stay, because the volumes of
 * the cluster know them too.
 * @returns the folder, and whether it was made now
 */
export function makeLocalSecrets(overlay: string): { readonly folder: string; made: boolean } {
  const folder = join(overlay, 'secrets');
  if (existsSync(join(folder, 'rabbitmq.env'))) return { folder, made: false };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  openSecrets(folder);
  const amqp = password();
  const AMQP_URL = `amqp://mesh:${amqp}@rabbitmq:5672`;
  const databases: Record<string, string> = {};
  const write = (name: string, values: Readonly<Record<string, string>>) =>
    writeFileSync(join(folder, `${name}.env`), lines(values), { mode: 0o600 });
  for (const { name, database } of allServices()) {
    const secret = password();
    const DATABASE_URL = `postgres://${name}:${secret}@postgres:5432/${name}`;
    if (database) databases[`${variablePrefix(name)}_PASSWORD`] = secret;
    write(name, { ...(database && { DATABASE_URL }), AMQP_URL });
  }
  write('postgres', { POSTGRES_PASSWORD: password(), ...databases });
  write('rabbitmq', { RABBITMQ_DEFAULT_USER: 'mesh', RABBITMQ_DEFAULT_PASS: amqp });
  return { folder, made: true };
}

function password(): string {
  return randomBytes(18).toString('base64url');
}

function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
