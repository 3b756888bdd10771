import pg from 'pg';
import type { RelayStep } from './relay-steps.js';

type Query = (this: pg.Client, config: unknown, ...rest: unknown[]) => unknown;

/** Tells when a relay comes by the steps in the database, by the names of its log's statements. */
export function watchStatements(
  { claim, advance }: { readonly claim: string; readonly advance: string },
  reach: (step: RelayStep) => void,
): void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function (config, ...rest) {
    const name = (config as { name?: string } | undefined)?.name;
    if (name === claim) {
      reach('before claim');
      const claimed = query.call(this, config, ...rest) as Promise<pg.QueryResult>;
      return claimed.then((result) => {
        if (result.rows.length > 0) reach('claimed');
        return result;
      });
    }
    if (name === advance) reach('before the cursor moves');
    return query.call(this, config, ...rest);
  };
}
