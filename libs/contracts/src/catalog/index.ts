// The events of all services: one line a service, and one line an event in the service's own file.
// Start at findEvent; who names an event imports it from its service: @mesh/contracts/catalog/<service>.
// Not here: who publishes and who listens (participants), topics and exchanges (topology).
import './order.js';
import './inventory.js';
import './notifications.js';

export { allEvents, findEvent, findStream } from '../register-event.js';
