// The rules that every transport must pass, as vitest cases over a real server.
// Start at transport-suite.ts; rules are under ./rules, a file a rule or a small group.
// Not here: servers (tools/src/servers), faults of processes.
export type { RawMessage, RawRecord, TransportUnderTest } from './suite.js';
export { transportSuite } from './transport-suite.js';
