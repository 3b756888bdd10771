import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitraryEvent, unicodeText } from './testing/arbitrary-event.js';
import { sameAs } from './testing/sdk.js';
import { fromWebSocket, toWebSocket, WEBSOCKET_SUBPROTOCOL } from './websocket.js';

it('reads what it wrote, as text or as bytes, types of extensions kept', () => {
  fc.assert(
    fc.property(arbitraryEvent(unicodeText, { typed: true }), (event) => {
      const message = toWebSocket(event);
      expect(fromWebSocket(message)).toEqual(sameAs(event));
      expect(fromWebSocket(Buffer.from(message))).toEqual(sameAs(event));
    }),
  );
});

it('names the subprotocol of the JSON format', () => {
  expect(WEBSOCKET_SUBPROTOCOL).toBe('cloudevents.json');
});
