// What suites need to know of a log: where keys go, and logs that are broken in one way.
// Start at mutant-log.ts.
// Not here: the suites (libs/outbox/src/testing, libs/messaging/src/testing).
export { MutantLog, type Mutation } from './mutant-log.js';
export { partitionOf } from '../partition.js';
