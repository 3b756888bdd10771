import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { withTrace } from '@mesh/tracing';
import { AppError } from '../errors/app-error.js';
import { problemContentType, toProblem } from './problem.js';
import { identify, toldTrace } from './request-identity.js';

/** Answers what never becomes a request, or came too slowly, in the form of every other error. */
export function answerBrokenRequests(server: Server): void {
  server.removeAllListeners('clientError');
  server.on('clientError', (error: ParseError, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else refuseOnSocket(socket as Socket, { ...faultOf(error.code), headOnly: asksForHead(error) });
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const detail = 'Only 100-continue can be expected';
    const { headers, body } = problemOf({ status: 417, detail, request });
    response.writeHead(417, { ...headers, connection: 'close' }).end(body);
  });
}

interface ParseError extends NodeJS.ErrnoException {
  /** What was read last, which the fault is in. */
  readonly rawPacket?: Buffer;
}

/** As far as it can be told: of a head that came in pieces the last one alone is known. */
function asksForHead({ rawPacket }: ParseError): boolean {
  return rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly detail: string;
  /** Where it came as far as being one. */
  readonly request?: IncomingMessage;
  /** The answer has no body, as HEAD is answered. @default what `request` asks for */
  readonly headOnly?: boolean;
  /** Beside those that every such answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers as HTTP on a connection that nothing else will answer on, and ends it. */
export function refuseOnSocket(socket: Socket, refusal: Refusal): void {
  const { status, request, headOnly = request?.method === 'HEAD' } = refusal;
  const { headers, body } = problemOf(refusal);
  const lines = Object.entries({ connection: 'close', ...headers, ...refusal.headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  if (socket.writable)
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${headOnly ? '' : body}`);
}

/** Answers with a problem of this status; what the answer is found by has been put on it before. */
export function writeProblem(response: ServerResponse, refusal: Refusal): void {
  const { status, detail, headers } = refusal;
  const body = bodyOf(status, detail, toldTrace(response));
  response.writeHead(status, { ...headers, 'content-type': problemContentType }).end(body);
}

function faultOf(code: string | undefined): Refusal {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, detail: 'The request did not come in time' };
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, detail: 'The headers are too large' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, detail: 'The chunk extensions are too large' };
    default:
      return { status: 400, detail: 'This is no HTTP request' };
  }
}

function problemOf({ status, detail, request }: Refusal) {
  const { traceparent, headers } = identify(request?.headers ?? {});
  const body = bodyOf(status, detail, traceparent);
  const length = String(Buffer.byteLength(body));
  return {
    body,
    headers: { ...headers, 'content-type': problemContentType, 'content-length': length },
  };
}

function bodyOf(status: number, detail: string, traceparent: string | undefined): string {
  const error = new AppError(status === 413 ? 'PAYLOAD_TOO_LARGE' : 'VALIDATION_FAILED', detail);
  const { problem } = withTrace(traceparent, () => toProblem(error));
  return JSON.stringify({ ...problem, status, title: STATUS_CODES[status] });
}
