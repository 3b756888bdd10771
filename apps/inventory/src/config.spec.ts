import { describe, expect, it } from 'vitest';
import { loadConfig } from '@mesh/service-kit';
import { configSchema } from './config.js';

const valid = {
  DATABASE_URL: 'postgres://inventory:secret@db/inventory',
  MESH_LOG_URL: 'postgres://mesh@db/log',
  AUTH_DEV_KEY_FILE: import.meta.filename,
};

describe('the configuration of inventory', () => {
  it('given what it needs, then has a value for everything else', () => {
    expect(loadConfig(configSchema, valid)).toMatchObject({
      MESH_PROFILE: 'embedded',
      GRPC_PORT: 0,
      DATABASE_POOL_SIZE: 10,
    });
  });

  it.each([
    ['true', true],
    ['0', false],
  ])('reads MESH_SEED %s', (value, expected) => {
    const config = loadConfig(configSchema, { ...valid, MESH_SEED: value });
    expect(config.MESH_SEED).toBe(expected);
  });

  it('given several wrong variables, then names all of them at once', () => {
    const env = { DATABASE_URL: 'mysql://x', GRPC_PORT: '70000', MESH_SEED: 'perhaps' };
    const load = () => loadConfig(configSchema, env, 'inventory');
    for (const variable of [
      'DATABASE_URL: expected a URL that starts with postgres:// or postgresql://; received "mysql://x"',
      'GRPC_PORT: expected at most 65535; received "70000"',
      'MESH_SEED: expected ',
      'MESH_LOG_URL: expected a postgres:// URL, in the embedded profile; received nothing',
      'AUTH_DEV_KEY_FILE: expected a file, unless AUTH_ISSUER is set; received nothing',
    ]) {
      expect(load).toThrow(variable);
    }
  });
});
