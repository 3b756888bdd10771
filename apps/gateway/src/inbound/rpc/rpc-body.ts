import type { Readable } from 'node:stream';
import { fromBinary, type DescMessage } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';

/** Of an envelope: a byte of flags, and the length of the message as four bytes. */
const envelopeBytes = 5;
const compressedFlag = 1;

export interface RpcBodyOptions {
  readonly contentType: string | undefined;
  readonly input: DescMessage;
  /** Of a message. */
  readonly maxBytes: number;
}

/**
 * A request's body, which has one message, as one part. What is larger is thrown away as it comes before it
 * is refused: a connection that is closed while its client still sends would reach the client as a reset
 * instead of the answer. The server's time limit for requests bounds that.
 * @throws ConnectError RESOURCE_EXHAUSTED; INVALID_ARGUMENT for what is no Protobuf or compressed, where Connect says INTERNAL
 */
export async function* rpcBody(
  payload: Readable | undefined,
  { contentType = '', input, maxBytes }: RpcBodyOptions,
): AsyncGenerator<Uint8Array> {
  if (payload === undefined) return;
  const bytes = await bytesOf(payload, maxBytes + envelopeBytes);
  if (bytes === undefined)
    throw new ConnectError(`The message has more than ${maxBytes} bytes`, Code.ResourceExhausted);
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type === 'application/proto') requireMessage(input, bytes);
  else if (/^application\/(connect|grpc-web)(\+|$)/.test(type))
    requireEnveloped(input, bytes, {
      isBinary: !type.endsWith('json'),
      endFlag: type.startsWith('application/connect') ? 0x02 : 0x80,
    });
  if (bytes.length > 0) yield bytes;
}

/** Undefined when there are more. */
async function bytesOf(payload: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length <= maxBytes) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  return length <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** What is not even an envelope, or the end of a stream, is told by Connect. */
function requireEnveloped(
  input: DescMessage,
  bytes: Buffer,
  { isBinary, endFlag }: { readonly isBinary: boolean; readonly endFlag: number },
): void {
  const flags = bytes[0] ?? 0;
  if ((flags & compressedFlag) !== 0)
    throw new ConnectError('Send messages uncompressed', Code.InvalidArgument);
  if (!isBinary || bytes.length < envelopeBytes || (flags & endFlag) !== 0) return;
  const end = envelopeBytes + bytes.readUInt32BE(1);
  if (bytes.length >= end) requireMessage(input, bytes.subarray(envelopeBytes, end));
}

function requireMessage(input: DescMessage, bytes: Uint8Array): void {
  try {
    fromBinary(input, bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The request can't be decoded: ${reason}`;
    throw new ConnectError(message, Code.InvalidArgument, undefined, undefined, cause);
  }
}
