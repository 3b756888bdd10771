import { Inject } from '@nestjs/common';
import {
  Ack as AckParam,
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { AppError, Authenticator, RUNTIME, viewError, type Runtime } from '@mesh/service-kit';
import { withTrace } from '@mesh/tracing';
import type { Namespace, Socket } from 'socket.io';
import type { Caller } from '../domain/caller.js';
import { LiveHub } from '../use-cases/live-hub.js';
import type { Ack } from '../use-cases/live-protocol.js';
import { LiveSessions } from '../use-cases/live-sessions.js';
import { LiveConnection, type LiveSocket } from './live-connection.js';
import { parseSubscription, type Subscription } from './live-messages.js';

type MaybeAcknowledge = ((ack: Ack) => void) | undefined;

/** The live namespace: who connects says who he is, then subscribes. */
@WebSocketGateway({ namespace: 'live' })
export class LiveWsGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  readonly #connections = new WeakMap<Socket, LiveConnection>();

  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly hub: LiveHub,
    private readonly sessions: LiveSessions,
  ) {}

  afterInit(namespace: Namespace): void {
    const { server } = namespace;
    namespace.use((socket, next) => void this.#admit(socket).then(() => next(), next));
    // Nothing is served outside of the namespace.
    server.use((_socket, next) => next(refusal(new AppError('NOT_FOUND', 'Connect to /live'))));
    // Connections end without a packet: clients then come back, to another replica, by themselves.
    this.runtime.lifecycle.onStop('intake', 'live connections', () => void server.engine.close());
  }

  handleConnection(socket: Socket): void {
    const { hub, sessions } = this;
    const caller = socket.data as Caller;
    const connection = new LiveConnection({ socket: liveSocket(socket), caller, hub, sessions });
    this.#connections.set(socket, connection);
    socket.onAny((event: string, ...args: unknown[]) => {
      if (event === 'subscribe' || event === 'unsubscribe') return;
      refuse(args.at(-1), `There is no message ${JSON.stringify(event.slice(0, 40))}`);
    });
  }

  handleDisconnect(socket: Socket): void {
    this.#connections.get(socket)?.close();
  }

  @SubscribeMessage('subscribe')
  subscribe(
    @ConnectedSocket() socket: Socket,
    @MessageBody() message: unknown,
    @AckParam() ack: MaybeAcknowledge,
  ): void {
    this.#with(message, ack, (to, acknowledge) => {
      this.#connections.get(socket)?.subscribe(to, acknowledge);
    });
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(
    @ConnectedSocket() socket: Socket,
    @MessageBody() message: unknown,
    @AckParam() ack: MaybeAcknowledge,
  ): void {
    this.#with(message, ack, (to, acknowledge) => {
      this.#connections.get(socket)?.unsubscribe(to, acknowledge);
    });
  }

  #with(
    message: unknown,
    ack: MaybeAcknowledge,
    run: (to: Subscription, acknowledge: (ack: Ack) => void) => void,
  ): void {
    const to = parseSubscription(message);
    if ('fault' in to) refuse(ack, to.fault);
    else withTrace(undefined, () => run(to, ack ?? (() => undefined)));
  }

  async #admit(socket: Socket): Promise<void> {
    try {
      const { token } = socket.handshake.auth as { readonly token?: unknown };
      if (typeof token !== 'string' || token === '') {
        throw new AppError('UNAUTHENTICATED', 'Connect with auth: {token}');
      }
      socket.data = await this.authenticator.verify(token);
    } catch (error) {
      throw refusal(error);
    }
  }
}

function liveSocket(socket: Socket): LiveSocket {
  const { conn } = socket;
  return {
    send: (event, message) => void socket.emit(event, message),
    waiting: () => conn['writeBuffer'].length,
    drained: () =>
      new Promise((resolve) => {
        const settle = () => {
          conn.off('drain', settle).off('close', settle);
          resolve();
        };
        conn.on('drain', settle).on('close', settle);
      }),
    end: () => conn.close(),
  };
}

/** As socket.io hands it to the client: `error.data.code`. */
function refusal(error: unknown): Error {
  const { code, message } = viewError(error);
  return Object.assign(new Error(message), { data: { code, message } });
}

function refuse(ack: unknown, message: string): void {
  if (typeof ack === 'function') ack({ ok: false, code: 'VALIDATION_FAILED', message });
}
