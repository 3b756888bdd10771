import { findEvent, type EventDefinition } from '@mesh/contracts';
import type { CloudEvent } from '@mesh/envelope';
import type { Delivery, DeliveryHandler } from '../delivery.js';
import { RejectedError } from '../errors.js';
import type { HandleEvent, Handling } from './handling.js';

/** The catalog does not know the event: that of a newer version, or of somebody else. */
export class UnknownEventError extends RejectedError {
  constructor(type: string) {
    super('undecodable', `The catalog knows no event of type "${type}"`);
  }
}

/**
 * Decodes a delivery and hands it to the handler of its event's type. An event that the catalog knows
 * and nobody handles is passed over.
 *
 * Rejects as undecodable what is no CloudEvent (EnvelopeError), what the catalog does not know
 * ({@link UnknownEventError}) and what is not of its schema.
 */
export function decode(
  handlerOf: (type: string) => HandleEvent | undefined,
  skipped: (type: string, delivery: Delivery) => void | Promise<void> = () => {},
): DeliveryHandler {
  return async (delivery) => {
    const event = delivery.event();
    const definition = definitionOf(event);
    const handle = handlerOf(event.type);
    if (handle === undefined) return skipped(event.type, delivery);
    await handle(handlingOf(delivery, definition));
  };
}

/**
 * The event of a delivery, decoded.
 * @throws EnvelopeError, {@link UnknownEventError} and RejectedError, as {@link decode} rejects
 */
export function handlingOf(
  delivery: Delivery,
  definition: EventDefinition = definitionOf(delivery.event()),
): Handling {
  const event = delivery.event();
  return { delivery, event, data: dataOf(event, definition), signal: delivery.signal };
}

function definitionOf({ type }: CloudEvent): EventDefinition {
  const definition = findEvent(type);
  if (definition === undefined) throw new UnknownEventError(type);
  return definition;
}

function dataOf(event: CloudEvent, definition: EventDefinition): unknown {
  const data = parse(event, definition);
  if (definition.key(data) === '') throw undecodable(event, 'its data has no key');
  return data;
}

function parse(event: CloudEvent, { schema }: EventDefinition): unknown {
  const bytes = event.data ?? new Uint8Array();
  const mediaType = event.datacontenttype?.split(';', 1)[0]?.trim().toLowerCase();
  try {
    if (mediaType === 'application/protobuf') return schema.decode(bytes);
    if (
      mediaType === undefined ||
      mediaType === 'application/json' ||
      mediaType.endsWith('+json')
    ) {
      return schema.fromJSON(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    }
  } catch (error) {
    throw undecodable(
      event,
      `its data is not of ${event.type}: ${(error as Error).message}`,
      error,
    );
  }
  throw undecodable(
    event,
    `its data is ${JSON.stringify(event.datacontenttype)}, not Protobuf or JSON`,
  );
}

function undecodable(event: CloudEvent, why: string, cause?: unknown): RejectedError {
  const message = `Event ${JSON.stringify(event.id)} can't be decoded: ${why}`;
  return new RejectedError('undecodable', message, { cause });
}
