import { findEvent, type EventDefinition } from '@mesh/contracts';
import type { CloudEvent } from '@mesh/envelope';
import { RejectedError } from '@mesh/messaging';

/** The catalog's line for an event. @throws RejectedError undecodable when the catalog has none */
export function definitionOf(event: CloudEvent): EventDefinition {
  const definition = findEvent(event.type);
  if (definition === undefined) {
    throw new RejectedError('undecodable', `The catalog knows no event of type "${event.type}"`);
  }
  return definition;
}

/**
 * The data of an event by its schema, from Protobuf or JSON.
 * @throws RejectedError undecodable naming the event and what is wrong
 */
export function decodeData(event: CloudEvent, definition: EventDefinition): unknown {
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
