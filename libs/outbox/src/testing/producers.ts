import { setTimeout as pause } from 'node:timers/promises';
import type { RelaySetting } from './relay-setting.js';

/** Commit one change after the other, by turns of the keys. */
export interface Producers {
  /** Changes that were committed, as far as the caller was told. */
  readonly commits: number;
  /** What was committed of each key, by the database's own account; the producers end. */
  stop(): Promise<ReadonlyMap<string, number>>;
}

const KEYS = 6;

/** Goes on while the database is away: what it answered no more may be committed or not. */
export function startProducers({ commitChange, pool }: RelaySetting): Producers {
  let commits = 0;
  let stopped = false;
  const loop = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      await commitChange(`gauge-${turn % KEYS}`).then(
        () => (commits += 1),
        () => pause(20),
      );
      await pause(2);
    }
  })();
  return {
    get commits() {
      return commits;
    },
    async stop() {
      stopped = true;
      await loop;
      const { rows } = await pool.query('select gauge, version from aggregate');
      return new Map(rows.map(({ gauge, version }) => [gauge as string, version as number]));
    },
  };
}
