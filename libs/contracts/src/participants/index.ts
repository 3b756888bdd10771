// Who publishes and who listens: one line a service, and a file of its own.
// Start at participants; rights at the brokers, network policies and the diagram of docs/ follow from it.
// Not here: calls between services, which are in their configuration.
import { gateway } from './gateway.js';
import { inventory } from './inventory.js';
import { notifications } from './notifications.js';
import { order } from './order.js';
import type { Participant } from './participant.js';

export type { Group, Participant } from './participant.js';

/** Who takes part in the streams. A test compares it with the handlers in the code. */
export const participants: readonly Participant[] = [
  // One line a service.
  order,
  inventory,
  notifications,
  gateway,
];
