/** `light`: in `npm test`. `heavy`: in `npm run test:faults`, at least the counts of the list of rules. */
export type Scale = 'light' | 'heavy';

/** How a run of the suite is asked for. */
export interface SuiteSettings {
  /** Of every choice that a rule makes by chance; the same seed makes the same choices. */
  readonly seed: number;
  readonly scale: Scale;
}

/**
 * `MESH_TEST_SEED` and `MESH_TEST_SCALE`; vitest.config.ts chooses a seed where none is given.
 * @throws Error naming the variable, its value and what it can be
 */
export function settingsOf(env: Readonly<Record<string, string | undefined>>): SuiteSettings {
  const { MESH_TEST_SEED: seed = '1', MESH_TEST_SCALE: scale = 'light' } = env;
  if (!/^\d{1,10}$/.test(seed) || Number(seed) >= 2 ** 32)
    throw new Error(`MESH_TEST_SEED is a whole number below 2^32, not "${seed}"`);
  if (scale !== 'light' && scale !== 'heavy')
    throw new Error(`MESH_TEST_SCALE is light or heavy, not "${scale}"`);
  return { seed: Number(seed), scale };
}
