// Publish and subscribe without a broker: an append-only log in PostgreSQL, for one machine and for tests.
// Start at embedded-transport.ts.
// Not here: SQL; that is @mesh/pg-log.
export { embeddedTransport, type EmbeddedOptions } from './embedded-transport.js';
