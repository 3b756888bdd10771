/** A message as it is written to a connection. */
export interface EncodedMessage {
  /** As socket.io writes an event. */
  readonly packet: string;
  /** Of engine.io: the WebSocket frame of the packet, where it is known. */
  readonly options?: { readonly compress: true; readonly wsPreEncodedFrame: Buffer[] };
}

/**
 * Encodes the messages of a namespace: once for all sockets that get the same object one after the other. The object
 * must not change, and is kept until another one is encoded.
 * @see https://socket.io/docs/v4/socket-io-protocol/#exchange-protocol
 */
export function messageEncoder(namespace: string) {
  let last: { readonly event: string; readonly message: object } | undefined;
  let encoded: EncodedMessage = { packet: '' };
  return (event: string, message: object): EncodedMessage => {
    if (last?.message !== message || last.event !== event) {
      last = { event, message };
      encoded = { packet: `2${namespace},${JSON.stringify([event, message])}` };
    } else if (encoded.options === undefined) {
      // 4: a message of engine.io. Frames of what goes to one socket are left to ws.
      const wsPreEncodedFrame = [textFrame(`4${encoded.packet}`)];
      encoded = { ...encoded, options: { compress: true, wsPreEncodedFrame } };
    }
    return encoded;
  };
}

/** One whole, unmasked text message. @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const lengthBytes = bytes < 126 ? 0 : bytes < 65536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + bytes);
  frame[0] = 0x81;
  frame[1] = lengthBytes === 0 ? bytes : lengthBytes === 2 ? 126 : 127;
  if (lengthBytes === 2) frame.writeUInt16BE(bytes, 2);
  if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(bytes), 2);
  frame.write(text, 2 + lengthBytes);
  return frame;
}
