import { JobCancelled } from '@mesh/contracts/catalog/probe';
import { createEvent, type CloudEvent } from '@mesh/envelope';
import type { Delivery } from '../delivery.js';
import type { Handling } from '../middleware/handling.js';

export const cancelled = {
  jobId: 'o-1',
  customerId: 'alice',
  version: 2,
  reason: 'x',
  occurredAt: undefined,
  feedSequence: 7,
};

export function eventOf(changes: Partial<CloudEvent> = {}): CloudEvent {
  return {
    ...createEvent({
      source: '/job',
      type: JobCancelled.type,
      datacontenttype: 'application/protobuf',
      data: JobCancelled.schema.encode(cancelled).finish(),
      extensions: { partitionkey: 'o-1' },
    }),
    ...changes,
  };
}

export function deliveryOf(event: CloudEvent, changes: Partial<Delivery> = {}): Delivery {
  return {
    source: 'mesh.probe.v1',
    group: 'g',
    key: 'o-1',
    routingKey: null,
    headers: {},
    body: new Uint8Array(),
    position: '0',
    attempt: 1,
    signal: new AbortController().signal,
    event: () => event,
    ...changes,
  };
}

export function handlingOf(changes: Partial<Handling> = {}): Handling {
  const event = eventOf();
  const delivery = deliveryOf(event);
  return { event, delivery, data: cancelled, signal: delivery.signal, ...changes };
}
