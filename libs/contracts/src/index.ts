// The contracts between services: the event catalog over the code generated from proto/.
// Start at event-catalog.ts (./catalog); messages and service stubs are under ./order, ./inventory, ….
// Not here: transport, storage, behaviour.
export { findEvent, findStream } from './event-catalog.js';
export type { EventDefinition, MessageCodec, NewEvent, Stream } from './event-definition.js';
