import pg from 'pg';
import { pollingRelay } from './polling-relay.js';
import { runRelayProcess } from './run-relay-process.js';

type Query = (this: pg.Client, config: unknown, ...rest: unknown[]) => unknown;

// The log names its statements.
await runRelayProcess(pollingRelay, (reach) => {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function (config, ...rest) {
    const name = (config as { name?: string } | undefined)?.name;
    if (name === 'log-claim') {
      reach('before claim');
      const claimed = query.call(this, config, ...rest) as Promise<pg.QueryResult>;
      return claimed.then((result) => {
        if (result.rows.length > 0) reach('claimed');
        return result;
      });
    }
    if (name === 'log-advance') reach('before the cursor moves');
    return query.call(this, config, ...rest);
  };
});
