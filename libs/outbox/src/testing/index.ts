// Suites that every outbox, relay and inbox must pass, on a real PostgreSQL.
// Start at relay-suite.ts and inbox-suite.ts.
// Not here: brokers, faults of processes.
export { inboxSuite } from './inbox-suite.js';
export { relaySuite, type RelaySuiteOptions, type RelayUnderTest } from './relay-suite.js';
export { openSetting, type Setting } from './setting.js';
