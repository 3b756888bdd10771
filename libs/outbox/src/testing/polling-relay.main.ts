import { pollingRelay } from './polling-relay.js';
import { runRelayProcess } from './run-relay-process.js';
import { watchStatements } from './watch-statements.js';

await runRelayProcess(pollingRelay, (reach) =>
  watchStatements({ claim: 'log-claim', advance: 'log-advance' }, reach),
);
