import { Inject } from '@nestjs/common';
import {
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { CONFIG, RUNTIME, type Runtime } from '@mesh/service-kit';
import { metrics, withTrace } from '@mesh/tracing';
import type { Namespace, Socket } from 'socket.io';
import type { Caller } from '../domain/caller.js';
import { STATE_FEEDS } from '../gateway.tokens.js';
import type { Ack } from '../use-cases/live-protocol.js';
import { LiveSessions } from '../use-cases/live-sessions.js';
import type { FollowedStates } from '../use-cases/state-feed.js';
import type { LiveConfig } from './live-config.js';
import { liveMetrics } from './live-closing.js';
import { LiveConnection, type LiveConnectionSettings, type Renewed } from './live-connection.js';
import { drainLive } from './live-drain.js';
import { LiveEntrance } from './live-entrance.js';
import { parseToken, Subscriptions, type Subscription } from './live-messages.js';
import { refusalOf } from './live-refusal.js';
import { sendLimits } from './live-send-queue.js';
import { liveWire } from './live-wire.js';

const buffering = new Set<LiveConnection>();
metrics.gauge({
  name: 'mesh_live_buffered_bytes',
  help: 'What waits in this process for live clients to take it',
  collect: (gauge) =>
    gauge.set([...buffering].reduce((sum, { waitingBytes }) => sum + waitingBytes, 0)),
});

type Acknowledged = (answer: Ack | ({ readonly ok: true } & Renewed)) => void;
type MaybeAcknowledge = Acknowledged | undefined;

interface Heard {
  readonly socket: Socket;
  readonly connection: LiveConnection;
}

/**
 * The live namespace: who connects says who he is, then subscribes. Messages are heard without Nest's
 * `@SubscribeMessage`, whose observables take 15 kB of each socket (ADR-0157).
 */
@WebSocketGateway({ namespace: 'live' })
export class LiveWsGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  readonly #connections = new Map<Socket, LiveConnection>();
  readonly #settings: LiveConnectionSettings;

  constructor(
    @Inject(CONFIG) private readonly config: LiveConfig,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly entrance: LiveEntrance,
    private readonly sessions: LiveSessions,
    private readonly subscriptions: Subscriptions,
    @Inject(STATE_FEEDS) private readonly feeds: readonly FollowedStates[],
  ) {
    this.#settings = {
      send: sendLimits(config.LIVE_BUFFER_BYTES, config.LIVE_SLOW_TIMEOUT),
      noticeMs: config.LIVE_EXPIRY_NOTICE,
    };
  }

  afterInit(namespace: Namespace): void {
    const { server } = namespace;
    this.entrance.guard(namespace, (conn) => {
      for (const [socket, connection] of this.#connections)
        if (socket.conn === conn) connection.end('TOO_MANY_REQUESTS');
    });
    this.runtime.lifecycle.onStop('intake', 'live connections', async () => {
      await drainLive([...this.#connections.values()], this.config.LIVE_DRAIN);
      server.engine.close();
      this.entrance.close();
    });
  }

  handleConnection(socket: Socket): void {
    const { sessions, feeds } = this;
    const caller = socket.data as Caller;
    const wire = liveWire(socket);
    const settings = this.#settings;
    const connection = new LiveConnection({
      ...{ socket: wire, caller, settings },
      ...{ sessions, feeds },
    });
    this.#connections.set(socket, connection);
    buffering.add(connection);
    liveMetrics.connections.set(this.#connections.size);
    // One listener for all messages; a client may send a number as the name of one.
    socket.onAny((name: string | number, ...args: unknown[]) => {
      connection.heard();
      this.#hear({ socket, connection }, String(name), args);
    });
  }

  handleDisconnect(socket: Socket): void {
    const connection = this.#connections.get(socket);
    connection?.close();
    if (connection) buffering.delete(connection);
    this.#connections.delete(socket);
    liveMetrics.connections.set(this.#connections.size);
  }

  /** What waits in this process for the clients of a customer, in bytes, the most first. */
  waitingBytes(customerId: string): readonly number[] {
    return [...this.#connections]
      .filter(([{ data }]) => (data as Caller).customerId === customerId)
      .map(([, connection]) => connection.waitingBytes)
      .sort((one, other) => other - one);
  }

  #hear(from: Heard, name: string, args: readonly unknown[]): void {
    const { connection } = from;
    const { message, ack } = messageOf(args);
    try {
      if (name === 'subscribe')
        this.#ofSubscription(message, ack, (to, done) => connection.subscribe(to, done));
      else if (name === 'unsubscribe')
        this.#ofSubscription(message, ack, (to, done) => connection.unsubscribe(to, done));
      else if (name === 'renew') void this.#renew(from, message, ack);
      else refuse(ack, `There is no message ${JSON.stringify(name.slice(0, 40))}`);
    } catch (error) {
      this.runtime.log.error({ err: error }, 'A live message failed unexpectedly');
      ack?.({ ok: false, ...refusalOf(error) });
    }
  }

  #ofSubscription(
    message: unknown,
    ack: MaybeAcknowledge,
    run: (to: Subscription, acknowledge: (ack: Ack) => void) => void,
  ): void {
    const to = this.subscriptions.parse(message);
    if ('fault' in to) refuse(ack, to.fault);
    else withTrace(undefined, () => run(to, ack ?? (() => undefined)));
  }

  async #renew(
    { socket, connection }: Heard,
    message: unknown,
    ack: MaybeAcknowledge,
  ): Promise<void> {
    const given = parseToken(message);
    if ('fault' in given) return refuse(ack, given.fault);
    try {
      const caller = await this.entrance.identify(given.token, socket.conn);
      if (!socket.connected) return;
      ack?.({ ok: true, ...connection.renew(caller) });
    } catch (error) {
      ack?.({ ok: false, ...refusalOf(error) });
    }
  }
}

/** What came with a message: one value, and whom to answer. */
function messageOf(args: readonly unknown[]): { message: unknown; ack: MaybeAcknowledge } {
  const last = args.at(-1);
  const ack = typeof last === 'function' ? (last as Acknowledged) : undefined;
  const given = ack ? args.slice(0, -1) : args;
  return { message: given.length === 1 ? given[0] : given, ack };
}

function refuse(ack: MaybeAcknowledge, message: string): void {
  ack?.({ ok: false, code: 'VALIDATION_FAILED', message });
}
