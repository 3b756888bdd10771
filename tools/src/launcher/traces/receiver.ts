import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { spansOf, type OtlpRequest } from './otlp-json.js';
import { decodeRequest } from './otlp-protobuf.js';
import { TraceStore, type TraceBounds } from './trace-store.js';

/** A receiver of OTLP over HTTP that keeps the last traces in memory. */
export interface TraceReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT; `GET <url>/traces/<id>` answers with what it has. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 8 * 1024 ** 2;

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Starts one on a free loopback port. It takes JSON and protobuf, also gzipped. Metrics and logs are taken
 * and forgotten: a service that sends everything to one address has nothing to complain of.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export async function openTraceReceiver(bounds: TraceBounds = {}): Promise<TraceReceiver> {
  const store = new TraceStore(bounds);
  const server = createServer((request, response) => {
    answer(store, request, response).catch((error: unknown) => {
      const { status, message } =
        error instanceof Refusal ? error : new Refusal(400, String(error));
      // Of its body, something may not have been read.
      response.setHeader('connection', 'close');
      send(response, status, { code: status, message });
    });
  });
  server.requestTimeout = 10_000;
  // Longer than clients keep a connection that they do not use.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  // Nothing waits for it.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  store: TraceStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '' } = request;
  // A page that a browser was tricked into taking for this server's has another name.
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? ''))
    throw new Refusal(403, 'Only for this machine');
  const traceId = /^\/traces\/([0-9a-f]{32})$/.exec(url)?.[1];
  if (method === 'GET' && traceId !== undefined) {
    const spans = store.get(traceId);
    if (spans === undefined) throw new Refusal(404, 'Nothing of this trace is known');
    return send(response, 200, { traceId, spans: spans.map(({ traceId: _, ...span }) => span) });
  }
  if (method !== 'POST' || !/^\/v1\/(traces|metrics|logs)$/.test(url))
    throw new Refusal(404, 'There is nothing here');
  const body = await bodyOf(request);
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/json' && type !== 'application/x-protobuf')
    throw new Refusal(415, 'Expected application/json or application/x-protobuf');
  if (url === '/v1/traces')
    store.add(spansOf(type === 'application/json' ? parse(body) : decodeRequest(body)));
  if (type === 'application/json') return send(response, 200, {});
  response.writeHead(200, { 'content-type': type }).end();
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Refusal(413, `At most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  return promisify(gunzip)(body, { maxOutputLength: MAX_BODY_BYTES });
}

function parse(body: Buffer): OtlpRequest {
  const parsed = JSON.parse(body.toString()) as unknown;
  if (typeof parsed !== 'object' || parsed === null) throw new Refusal(400, 'Expected an object');
  return parsed;
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
