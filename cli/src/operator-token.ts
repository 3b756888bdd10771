import { userInfo } from 'node:os';
import { CliError } from './cli-error.js';
import type { Endpoints } from './endpoints.js';

/**
 * The token that says who operates: MESH_TOKEN, or in development one of the mesh's own key for the
 * user of this machine.
 * @throws CliError
 */
export async function operatorToken(
  endpoints: Endpoints,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (env['MESH_TOKEN']) return env['MESH_TOKEN'];
  const url = `${endpoints['gateway']?.['http'] ?? ''}/dev/token`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customerId: `operator:${userInfo().username}`, roles: ['operator'] }),
  }).catch((cause: unknown) => {
    throw new CliError(`The gateway does not answer at ${url}; does the mesh still run?`, 1, {
      cause,
    });
  });
  if (!response.ok) {
    throw new CliError(
      `${url} gave no token (${response.status}); set MESH_TOKEN to one with the role operator`,
    );
  }
  return ((await response.json()) as { token: string }).token;
}
