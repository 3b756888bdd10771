// The rules that every transport must keep, as vitest cases over a real server.
// Start at transport-suite.ts; rules are under ./rules, a file a small group.
// Not here: servers (tools/src/servers), faults of processes.
export type {
  OwnServer,
  RawMessage,
  RawRecord,
  TransportUnderTest,
} from './transport-under-test.js';
export { consumerProcess } from './consumer-process.js';
export { transportFaultSuite, transportSuite } from './transport-suite.js';
export { Judge } from './judge.js';
export { Random } from './random.js';
export { nameOf, RuleBroken } from './rule.js';
export { settingsOf, type SuiteSettings } from './settings.js';
