import { loadConfig } from '@mesh/service-kit';
import { expect, it } from 'vitest';
import { configSchema } from './config.js';
import { calledAddresses } from './testing/called-addresses.js';

it('given paths that can not be read, then names all of their variables at once', () => {
  const env = {
    MESH_LOG_URL: 'postgres://mesh@db/log',
    ...calledAddresses,
    AUTH_DEV_KEY_FILE: '/nope',
    CURSOR_SECRET_FILE: '/nope',
    WEB_ROOT: '/nope',
  };
  expect(() => loadConfig(configSchema, env, 'gateway')).toThrow(
    `The configuration of gateway is not valid:
  CURSOR_SECRET_FILE: expected a file of at least 32 bytes that can be read; received "/nope"
  WEB_ROOT: expected a folder that can be read; received "/nope"
  AUTH_DEV_KEY_FILE: expected a file that can be read; received "/nope"`,
  );
});
