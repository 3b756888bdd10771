import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tokenOf, type HttpCase, type RequestCase } from './http-cases.js';

/** What came back: of bytes there may be several answers, or none. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Longer than any limit of the gateway would be a request that hangs. */
const deadlineMs = 45_000;

/** Sends cases to one gateway. */
export class HttpSender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(
    private readonly url: URL,
    private readonly tokens: { readonly ann: string; readonly operator: string },
  ) {}

  send(one: HttpCase): Promise<readonly HttpAnswer[]> {
    return one.kind === 'request' ? this.#request(one) : this.#bytes(one.bytes);
  }

  close(): void {
    this.#agent.destroy();
  }

  #request({ method, path, headers, body }: RequestCase): Promise<readonly HttpAnswer[]> {
    const { hostname, port } = this.url;
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, this.#withToken(value)]),
    );
    if (body !== undefined) sent['content-length'] = String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path, headers: sent, agent: this.#agent };
      const outgoing = request({ ...options, timeout: deadlineMs }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: got } = response;
          resolve([{ status, headers: got, body: Buffer.concat(parts).toString() }]);
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('No answer in time')));
      // A refused upload may be cut off; that is an answer to who sends on.
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? resolve([]) : reject(error),
      );
      outgoing.end(body);
    });
  }

  #bytes(bytes: Uint8Array): Promise<readonly HttpAnswer[]> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(this.url.port), this.url.hostname);
      const parts: Buffer[] = [];
      socket.setTimeout(deadlineMs, () => socket.destroy(new Error('No answer in time')));
      socket.on('data', (part: Buffer) => parts.push(part));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? undefined : reject(error),
      );
      socket.on('close', () => resolve(answersIn(Buffer.concat(parts).toString('latin1'))));
      socket.end(bytes);
    });
  }

  #withToken(value: string): string {
    return value
      .replace(tokenOf.ann, this.tokens.ann)
      .replace(tokenOf.operator, this.tokens.operator);
  }
}

function answersIn(text: string): readonly HttpAnswer[] {
  return text.split(/(?=HTTP\/1\.[01] \d{3} )/).flatMap((answer) => {
    const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(answer)?.[1] ?? 'NaN');
    if (Number.isNaN(status) || status < 200) return [];
    const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
    const lines = head.split('\r\n').slice(1);
    const headers = lines.map((line) => line.split(/:\s*(.*)/s, 2));
    const named = headers.map(([name = '', value]) => [name.toLowerCase(), value]);
    return [{ status, headers: Object.fromEntries(named), body }];
  });
}
