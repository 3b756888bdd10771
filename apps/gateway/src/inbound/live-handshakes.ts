import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { hostFaultOf, refuseOnSocket, writeProblem, type Refusal } from '@mesh/service-kit';
import type { Server } from 'socket.io';

type Handshake = IncomingMessage & { readonly res?: ServerResponse };

/** What engine.io tells of a request that it refuses, before it answers itself. */
interface Refused {
  readonly req: Handshake;
  readonly message: string;
}

/** What each of engine.io's reasons says to a caller. */
const details: Readonly<Record<string, string>> = {
  'Transport unknown': 'The transport must be polling or websocket',
  'Session ID unknown': 'There is no such session here; connect anew',
  'Bad handshake method': 'A session begins with GET',
};

/** Of a WebSocket (RFC 6455, 4.2.1); 8 is what drafts had. */
const webSocketVersions = ['13', '8'];
const webSocketKey = /^[+/0-9A-Za-z]{22}==$/;

/** Answers handshakes that are refused in the form of every other error, by whatever layer they are. */
export function answerBadHandshakes({ engine }: Server): void {
  engine.use((request: Handshake, _response: unknown, next: () => void) => {
    const fault = faultOf(request);
    if (fault) refuse(request, fault);
    else next();
  });
  engine.on('connection_error', ({ req, message }: Refused) =>
    // What has been answered, engine.io leaves alone.
    refuse(req, { status: 400, detail: details[message] ?? message }),
  );
}

/** What engine.io or ws would answer in a form of their own, or only after the upgrade. */
function faultOf(request: Handshake): Refusal | undefined {
  const { url, headers } = request;
  const host = hostFaultOf(request);
  if (host !== undefined) return { status: 400, detail: host };
  if (new URLSearchParams(url?.split('?')[1]).get('EIO') !== '4')
    return { status: 400, detail: 'The protocol version must be EIO=4' };
  return headers.upgrade?.toLowerCase() === 'websocket' ? webSocketFaultOf(headers) : undefined;
}

function webSocketFaultOf(headers: IncomingHttpHeaders): Refusal | undefined {
  const { 'sec-websocket-version': version = '', 'sec-websocket-key': key = '' } = headers;
  if (!webSocketVersions.includes(version)) {
    const told = { upgrade: 'websocket', 'sec-websocket-version': '13' };
    return { status: 426, detail: 'Sec-WebSocket-Version must be 13', headers: told };
  }
  if (webSocketKey.test(key)) return undefined;
  return { status: 400, detail: 'Sec-WebSocket-Key must be 16 bytes in base64' };
}

function refuse(request: Handshake, refusal: Refusal): void {
  if (request.res) writeProblem(request.res, refusal);
  else refuseOnSocket(request.socket, { ...refusal, request });
}
