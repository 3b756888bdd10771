import type { Span } from '../state/trace.js';

const brokers: Readonly<Record<string, string>> = {
  kafka: 'Kafka',
  rabbitmq: 'AMQP',
  'mesh-log': 'Event log',
};

const works: Readonly<Record<string, string>> = {
  'inventory OrderPlaced': 'takes the goods off the stock',
  'inventory OrderCancelled': 'puts the goods back',
  'order StockReserved': 'confirms the order',
  'order ReservationRejected': 'rejects the order',
  'order ReservationReleased': 'notes that the goods are back',
  'notifications EmailRequested': 'sends the mail',
  'gateway OrderUpdateAnnounced': 'hands it to your browser',
  'gateway StockUpdateAnnounced': 'shows the stock to everybody',
};

/** `OrderPlaced`; empty when the span does not tell. */
export function eventOf({ attributes }: Span): string {
  const type = attributes['mesh.event.type'];
  return typeof type === 'string' ? (type.split('.').at(-1) ?? '') : '';
}

/** What carried the message. The embedded log stands in for both brokers. */
export const brokerOf = ({ attributes }: Span): string =>
  brokers[String(attributes['messaging.system.name'])] ?? 'Broker';

/** What became of the work of a span. */
export interface Outcome {
  /** Inventory had too little. */
  readonly rejected: boolean;
  /** A gateway had no connection to hand an update to. */
  readonly inVain: boolean;
}

/** What a service does with an event. */
export function doing(span: Span, { rejected, inVain }: Outcome): string {
  const event = eventOf(span);
  if (inVain) return 'has no connection of yours to hand it to';
  if (rejected && span.service === 'inventory' && event === 'OrderPlaced')
    return 'finds too little in stock: takes nothing';
  const known = works[`${span.service} ${event}`];
  if (known) return known;
  return span.service === 'notifications' ? `tells people of ${event}` : `handles ${event}`;
}

export const serviceName = (service: string): string =>
  `${service.slice(0, 1).toUpperCase()}${service.slice(1)}`;
