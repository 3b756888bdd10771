import { checkEntry } from '../append.js';
import type { LogEntry } from '../entry.js';
import { LogError } from '../errors.js';

/** Layout of a message: this byte, the length of the head in 4 bytes, the head as JSON, the body. */
const FORMAT = 1;
const HEAD_AT = 5;

/** An entry as the content of a message in the WAL. @throws LogError ENTRY_INVALID */
export function toFrame(entry: LogEntry): Buffer {
  checkEntry(entry);
  const { stream, key, routingKey, headers, body } = entry;
  const head = JSON.stringify([stream, key, routingKey, headers]);
  const headBytes = Buffer.byteLength(head);
  const frame = Buffer.allocUnsafe(HEAD_AT + headBytes + body.byteLength);
  frame[0] = FORMAT;
  frame.writeUInt32BE(headBytes, 1);
  frame.write(head, HEAD_AT);
  frame.set(body, HEAD_AT + headBytes);
  return frame;
}

/** The entry of a message; its body is a part of the frame. @throws LogError ENTRY_INVALID */
export function fromFrame(frame: Buffer): LogEntry {
  if (frame[0] !== FORMAT) {
    throw new LogError(
      'ENTRY_INVALID',
      `A message in the WAL has the format ${frame[0]} and this version reads ${FORMAT}: it was appended by a newer one`,
      true,
    );
  }
  const bodyAt = HEAD_AT + frame.readUInt32BE(1);
  const [stream, key, routingKey, headers] = JSON.parse(
    frame.toString('utf8', HEAD_AT, bodyAt),
  ) as [string, string | null, string | null, Record<string, string>];
  return { stream, key, routingKey, headers, body: frame.subarray(bodyAt) };
}
