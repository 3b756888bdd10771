import { Readable } from 'node:stream';
import { AppError } from '@mesh/service-kit';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';

const maxBytes = 256 * 1024;
/** How much of a body that is refused is still taken, so that its sender gets to read the answer. */
const maxDiscardedBytes = 8 * 1024 * 1024;
const maxDiscardMs = 5_000;

/**
 * Lets JSON bodies up to 256 KiB through (a Fastify `preParsing` hook). A larger one is discarded as
 * it comes, for a while, before it is refused: a connection that is closed while its client still
 * sends would reach the client as a reset instead of the answer.
 */
export async function limitBody(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: RequestPayload,
): Promise<RequestPayload> {
  const length = Number(request.headers['content-length'] ?? 'NaN');
  if (length === 0) {
    // Some clients name a type for no body at all, which would then be no JSON.
    delete request.headers['content-type'];
    return payload;
  }
  const chunked = request.headers['transfer-encoding'] !== undefined;
  if (Number.isNaN(length) && !chunked) return payload;
  const supported = isJson(request.headers['content-type']);
  if (supported && length <= maxBytes) return payload;
  const { chunks, complete } = await read(payload, supported ? maxBytes : 0);
  if (!complete) void reply.header('connection', 'close');
  if (!supported) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json');
  }
  if (chunks === undefined) {
    throw new AppError('PAYLOAD_TOO_LARGE', `The body must be at most ${maxBytes / 1024} KiB`);
  }
  const body: RequestPayload = Readable.from(chunks);
  body.receivedEncodedLength = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return body;
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/** Keeps up to `limit` bytes; `chunks` is undefined when there were more, `complete` when it saw the end. */
async function read(
  payload: RequestPayload,
  limit: number,
): Promise<{ chunks: readonly Buffer[] | undefined; complete: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let until = Infinity;
  for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes <= limit) chunks.push(chunk as Buffer);
    else {
      chunks.length = 0;
      until = Math.min(until, Date.now() + maxDiscardMs);
    }
    if (bytes > maxDiscardedBytes || Date.now() > until) {
      return { chunks: undefined, complete: false };
    }
  }
  return { chunks: bytes <= limit ? chunks : undefined, complete: true };
}
