import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseConfig } from './fragments.js';
import { ConfigError, loadConfig } from './load-config.js';

const schema = z.object(databaseConfig);
const readable = encodeURIComponent(import.meta.filename);

function fault(query: string, env: Record<string, string> = {}): string | undefined {
  try {
    loadConfig(schema, { DATABASE_URL: `postgres://mesh:swordfish@db/mesh${query}`, ...env });
    return undefined;
  } catch (error) {
    return /expected (.*); received/.exec((error as ConfigError).message)?.[1];
  }
}

describe('TLS with PostgreSQL', () => {
  test.each([
    '',
    '?sslmode=disable',
    '?sslmode=verify-full',
    `?sslmode=verify-full&sslrootcert=${readable}`,
    `?sslmode=verify-full&sslrootcert=${readable}&sslcert=${readable}&sslkey=${readable}`,
  ])('given "%s", when loading, then is accepted', (query) => expect(fault(query)).toBeUndefined());

  test.each([
    ['?sslmode=no-verify', 'sslmode to be verify-full or disable, not "no-verify"'],
    ['?sslmode=require', 'sslmode to be verify-full or disable, not "require"'],
    ['?sslmode=Disable', 'sslmode to be verify-full or disable, not "Disable"'],
    ['?ssl=no-verify', 'no ssl: sslmode=verify-full says all'],
    ['?sslmode=verify-full&uselibpqcompat=true', 'no uselibpqcompat: sslmode=verify-full says all'],
    [`?sslrootcert=${readable}`, 'sslmode=verify-full beside sslrootcert'],
    [`?sslmode=verify-full&sslcert=${readable}`, 'sslcert and sslkey, or neither'],
    ['?sslmode=verify-full&sslrootcert=/nope', 'sslrootcert to be a file that can be read'],
  ])('given "%s", when loading, then is refused', (query, expected) => {
    expect(fault(query)).toBe(expected);
  });

  test('given PGSSLMODE that does not verify, when the URL says nothing, then is refused', () => {
    const env = { PGSSLMODE: 'no-verify' };
    expect(fault('', env)).toBe(
      'sslmode=verify-full or sslmode=disable, because PGSSLMODE is "no-verify"',
    );
    expect(fault('?sslmode=verify-full', env)).toBeUndefined();
  });
});
