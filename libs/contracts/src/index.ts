// The contracts between services: the event catalog over the code generated from proto/.
// Start at catalog/ (./catalog/<service>); messages and service stubs are under ./<service>, events under ./<service>-events.
// Not here: transport, storage, behaviour.
export { allEvents, findEvent, findStream } from './catalog/index.js';
export type { EventDefinition, MessageCodec, NewEvent, Stream } from './event-definition.js';
