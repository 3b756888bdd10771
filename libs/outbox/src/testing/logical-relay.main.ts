import { logicalRelay } from './logical-relay.js';
import { runRelayProcess } from './run-relay-process.js';
import { watchStatements } from './watch-statements.js';

await runRelayProcess(logicalRelay, (reach) =>
  watchStatements({ claim: 'wal-claim', advance: 'wal-advance' }, reach),
);
