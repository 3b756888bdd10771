/** The relay's group in the outbox log. */
export const RELAY_GROUP = 'relay';
