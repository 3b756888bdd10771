import { isReadableFile } from './files.js';
import type { Environment, Rule } from './rule.js';

const fileParameters = ['sslrootcert', 'sslcert', 'sslkey'];
const verified = 'sslmode=verify-full';

/**
 * What is expected of a PostgreSQL URL that asks for TLS: that it is verified whole, or left out whole.
 * What `require`, `prefer` and `verify-ca` mean differs between libpq and pg, and between pg's versions.
 */
function expectation(variable: string, env: Environment): string | undefined {
  const text = env[variable];
  if (!text || !URL.canParse(text)) return undefined;
  const { searchParams: given } = new URL(text);
  const mode = given.get('sslmode');
  const files = fileParameters.filter((name) => given.has(name));
  if (mode !== null && mode !== 'disable' && mode !== 'verify-full')
    return `sslmode to be verify-full or disable, not ${JSON.stringify(mode)}`;
  for (const name of ['ssl', 'uselibpqcompat'])
    if (given.has(name)) return `no ${name}: ${verified} says all`;
  if (files.length > 0 && mode !== 'verify-full') return `${verified} beside ${files.join(', ')}`;
  if (given.has('sslcert') !== given.has('sslkey')) return 'sslcert and sslkey, or neither';
  for (const name of files)
    if (!isReadableFile(given.get(name) ?? '')) return `${name} to be a file that can be read`;
  // pg reads it where the URL says nothing.
  const fallback = env['PGSSLMODE'];
  if (mode === null && fallback && fallback !== 'disable' && fallback !== 'verify-full')
    return `${verified} or sslmode=disable, because PGSSLMODE is ${JSON.stringify(fallback)}`;
  return undefined;
}

export const postgresRules: readonly Rule[] = ['DATABASE_URL', 'MESH_LOG_URL'].map((variable) => ({
  variable,
  check: (env) => expectation(variable, env),
}));
