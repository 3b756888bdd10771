// The rules that every transport must keep, as vitest cases over a real server.
// Start at transport-suite.ts; rules are under ./rules, a file a small group.
// Not here: programs of servers (tools/src/servers).
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
export { heldBytes } from './held-bytes.js';
export { startAmqpServer } from './servers/amqp-server.js';
export { startEmbeddedServer } from './servers/embedded-server.js';
export type { FaultServer } from './servers/fault-server.js';
export { startKafkaServer } from './servers/kafka-server.js';
