// The rules that every relay mode and every inbox must keep, as vitest cases over a real PostgreSQL.
// Start at relay-suite.ts and inbox-suite.ts; the rules of the relay are under ./rules.
// Not here: brokers, transports.
export { inboxSuite } from './inbox-suite.js';
export { relaySuite } from './relay-suite.js';
export type {
  RelayDatabase,
  RelayFeatures,
  RelayStart,
  RelayStore,
  RelayUnderTest,
  StartedRelay,
} from './relay-under-test.js';
export { openSetting, type Setting } from './setting.js';
