// Logs that are broken in one way, for suites that must see it.
// Start at mutant-log.ts.
// Not here: the suites (libs/outbox/src/testing, libs/messaging/src/testing).
export { MutantLog, type Mutation } from './mutant-log.js';
