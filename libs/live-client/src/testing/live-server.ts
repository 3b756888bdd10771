import { createServer, type Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { ProbeHistory, type ProbeUpdated } from './probe-history.js';

type Request = { readonly probeId?: string; readonly feed?: string; readonly cursor?: string };
type Answer = (answer: object) => void;

/** How often it gives a sign of life. */
const pingInterval = 100;

/** A gateway as far as its `/live` contract goes: a real socket.io server over a history in memory. */
export class LiveServer {
  readonly history = new ProbeHistory();
  /** What it was asked, by name. */
  readonly asked: (readonly [string, Request])[] = [];
  readonly tokens: unknown[] = [];
  /** Refuses a token, or a subscription, with this instead of what it would do. */
  refuseToken: (token: unknown) => object | undefined = () => undefined;
  refuse: (request: Request) => object | undefined = () => undefined;
  renewed: object = { ok: true, expiresInMs: 1 };
  readonly #http: HttpServer;
  readonly #io: Server;

  private constructor(http: HttpServer) {
    this.#http = http;
    this.#io = new Server(http, { pingInterval, pingTimeout: 60_000, transports: ['websocket'] });
    const live = this.#io.of('/live');
    live.use((socket, next) => {
      const { token } = socket.handshake.auth;
      this.tokens.push(token);
      const data = this.refuseToken(token);
      next(data && Object.assign(new Error('refused'), { data }));
    });
    live.on('connection', (socket) => this.#serve(socket));
  }

  static async start(port = 0): Promise<LiveServer> {
    const http = createServer();
    await once(http.listen(port, '127.0.0.1'), 'listening');
    return new LiveServer(http);
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get sockets(): number {
    return this.#io.of('/live').sockets.size;
  }

  change(probeId: string): ProbeUpdated {
    const update = this.history.change(probeId);
    this.#io.of('/live').to(['probes', probeId]).emit('probe.updated', update);
    return update;
  }

  /** Sends to every socket. */
  say(name: string, message: object): void {
    this.#io.of('/live').emit(name, message);
  }

  /** Closes every transport, as a gateway does. */
  cut(): void {
    for (const { conn } of this.#io.of('/live').sockets.values()) conn.close();
  }

  async stop(): Promise<void> {
    await this.#io.close();
  }

  #serve(socket: Socket): void {
    for (const name of ['subscribe', 'unsubscribe', 'renew']) {
      socket.on(name, (request: Request, answer: Answer) => {
        this.asked.push([name, request]);
        if (name === 'renew') return answer(this.renewed);
        if (name === 'subscribe') return this.#subscribe(socket, request, answer);
        void socket.leave(request.probeId ?? request.feed ?? '');
        answer({ ok: true });
      });
    }
  }

  #subscribe(socket: Socket, request: Request, answer: Answer): void {
    const refusal = this.refuse(request);
    if (refusal) return answer({ ok: false, ...refusal });
    answer({ ok: true, cursor: request.cursor ?? this.history.cursor });
    if (request.feed === 'counters') return;
    for (const update of this.history.after(request)) socket.emit('probe.updated', update);
    void socket.join(request.probeId ?? 'probes');
  }
}
