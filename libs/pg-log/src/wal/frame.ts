import { checkEntry } from '../append.js';
import type { LogEntry } from '../entry.js';

/**
 * Layout of a message: this byte, the entry's number in 8 bytes or 0, and the frame, which is the length
 * of the head in 4 bytes, the head as JSON, and the body. What is before the frame the server writes.
 */
export const FORMAT = 1;
const FRAME_AT = 9;
const HEAD_AT = 4;

/** An entry as the frame of a message. @throws LogError ENTRY_INVALID */
export function toFrame(entry: LogEntry): Buffer {
  checkEntry(entry);
  const { stream, key, routingKey, headers, body } = entry;
  const head = JSON.stringify([stream, key, routingKey, headers]);
  const headBytes = Buffer.byteLength(head);
  const frame = Buffer.allocUnsafe(HEAD_AT + headBytes + body.byteLength);
  frame.writeUInt32BE(headBytes);
  frame.write(head, HEAD_AT);
  frame.set(body, HEAD_AT + headBytes);
  return frame;
}

/**
 * The entry of a message, and its number or 0; its body is a part of the message. What has another format,
 * such as that of a newer version, or none, is an entry without a key of a stream that nobody knows.
 */
export function fromMessage(content: Buffer): {
  readonly entry: LogEntry;
  readonly number: bigint;
} {
  try {
    if (content[0] === FORMAT) return readMessage(content);
  } catch {
    // Begins like one of ours and goes on otherwise.
  }
  const stream = `(WAL message of format ${content[0] ?? 'none'})`;
  return {
    entry: { stream, key: null, routingKey: null, headers: {}, body: content },
    number: 0n,
  };
}

function readMessage(content: Buffer): { readonly entry: LogEntry; readonly number: bigint } {
  const number = content.readBigInt64BE(1);
  const frame = content.subarray(FRAME_AT);
  const bodyAt = HEAD_AT + frame.readUInt32BE();
  const [stream, key, routingKey, headers] = JSON.parse(
    frame.toString('utf8', HEAD_AT, bodyAt),
  ) as [string, string | null, string | null, Record<string, string>];
  return { entry: { stream, key, routingKey, headers, body: frame.subarray(bodyAt) }, number };
}
