import type { CloudEvent } from './cloud-event.js';
import { fromJson, toJson } from './json-format.js';

/** What client and server agree on in the opening handshake: one event a text message, in the JSON format. */
export const WEBSOCKET_SUBPROTOCOL = 'cloudevents.json';

/**
 * Writes an event as one WebSocket text message.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/websockets-protocol-binding.md
 * @throws EnvelopeError naming the attribute and the value
 */
export function toWebSocket(event: CloudEvent): string {
  return toJson(event);
}

/**
 * Reads one message, given as text or as the UTF-8 bytes of a text message.
 * @throws EnvelopeError UNDECODABLE when it is not JSON, else naming the attribute and the value
 */
export function fromWebSocket(message: string | Uint8Array): CloudEvent {
  return fromJson(message);
}
