import { describe, expect, it } from 'vitest';
import { settingsOf } from './settings.js';

describe('settingsOf', () => {
  it('reads the seed and the scale, which is light unless told otherwise', () => {
    expect(settingsOf({ MESH_TEST_SEED: '42' })).toEqual({ seed: 42, scale: 'light' });
    expect(settingsOf({ MESH_TEST_SEED: '42', MESH_TEST_SCALE: 'heavy' }).scale).toBe('heavy');
  });

  it.each([
    [{ MESH_TEST_SEED: 'x' }, 'MESH_TEST_SEED is a whole number below 2^32, not "x"'],
    [
      { MESH_TEST_SEED: '4294967296' },
      'MESH_TEST_SEED is a whole number below 2^32, not "4294967296"',
    ],
    [{ MESH_TEST_SCALE: 'huge' }, 'MESH_TEST_SCALE is light or heavy, not "huge"'],
  ])('refuses %o', (env, message) => {
    expect(() => settingsOf(env)).toThrow(new Error(message));
  });
});
