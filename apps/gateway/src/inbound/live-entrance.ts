import {
  addressOwner,
  AppError,
  Authenticator,
  clientAddress,
  trustsOf,
  type Principal,
  type Trusts,
} from '@mesh/service-kit';
import type { Namespace, Socket } from 'socket.io';
import { LiveAdmissions } from './live-admissions.js';
import { limitBodies } from './live-bodies.js';
import { liveMetrics } from './live-closing.js';
import { lifeOf } from './live-identity.js';
import { connectError } from './live-refusal.js';
import type { LiveConfig } from './live-config.js';
import { LivePaces } from './live-pace.js';
import { closeSoon } from './live-wire.js';
import { LiveWaitingRoom, type Stranger } from './live-waiting-room.js';

type Engine = Socket['conn'];

/** Messages that one connection may send before it has said who it is: its token, few others, and pongs. */
const maxStrangerMessages = 100;

/** Wrong tokens that one connection may show. */
const maxAttempts = 5;

/** Lets in who says who he is, within the limits of connections; nothing is served outside of the namespace. */
export class LiveEntrance {
  readonly #authenticator: Authenticator;
  readonly #admissions: LiveAdmissions;
  readonly #waiting: LiveWaitingRoom;
  readonly #paces: LivePaces;
  readonly #strangers = new WeakMap<Engine, Stranger & { messages: number }>();
  readonly #attempts = new WeakMap<Engine, number>();
  readonly #inside = new WeakSet<Engine>();
  readonly #stopping: AbortSignal;
  readonly #trusts: Trusts;
  readonly #maxBytes: number;

  constructor(
    authenticator: Authenticator,
    config: LiveConfig & { readonly TRUST_PROXY?: string | undefined },
    stopping: AbortSignal,
  ) {
    this.#authenticator = authenticator;
    this.#stopping = stopping;
    this.#maxBytes = config.LIVE_MAX_MESSAGE_BYTES;
    this.#trusts = trustsOf(config.TRUST_PROXY);
    this.#paces = new LivePaces(config.LIVE_MAX_MESSAGES_PER_SECOND);
    this.#admissions = new LiveAdmissions({
      perCustomer: config.LIVE_MAX_PER_CUSTOMER,
      perAddress: config.LIVE_MAX_PER_ADDRESS,
    });
    this.#waiting = new LiveWaitingRoom({
      capacity: config.LIVE_MAX_UNAUTHENTICATED,
      timeoutMs: config.LIVE_AUTH_TIMEOUT,
    });
  }

  /** `flooded` is told of a connection of the namespace that sends more than is read, and should end it. */
  guard(namespace: Namespace, flooded: (conn: Engine) => void): void {
    const { server } = namespace;
    const { clients } = server.engine as unknown as { clients: Readonly<Record<string, Engine>> };
    server.engine.use(limitBodies(this.#maxBytes, (id) => clients[id]));
    server.engine.use(this.#paces.holdPosts((id) => clients[id]));
    server.engine.on('connection', (conn: Engine) => this.#meet(conn, () => flooded(conn)));
    server.use((_socket, next) =>
      next(connectError(new AppError('NOT_FOUND', 'Connect to /live'))),
    );
    namespace.use((socket, next) => {
      void this.#admit(socket).then(
        () => next(),
        (error: unknown) => {
          const refusal = connectError(error);
          liveMetrics.refused.inc({
            code: (refusal as Error & { data: { code: string } }).data.code,
          });
          next(refusal);
        },
      );
    });
  }

  /**
   * Who a token of a connection speaks for.
   * @throws AppError UNAUTHENTICATED; TOO_MANY_REQUESTS after five wrong ones
   */
  async identify(token: unknown, conn: Engine): Promise<Principal> {
    const attempts = this.#attempts.get(conn) ?? 0;
    if (attempts >= maxAttempts) {
      throw new AppError('TOO_MANY_REQUESTS', 'Too many tokens on one connection; connect anew');
    }
    this.#attempts.set(conn, attempts + 1);
    if (typeof token !== 'string' || token === '') {
      throw new AppError('UNAUTHENTICATED', 'Connect with auth: {token}');
    }
    const principal = await this.#authenticator.verify(token);
    // Clocks that differ are borne with for a call, but a connection would end at once.
    if (lifeOf(token) === 0) throw new AppError('UNAUTHENTICATED', 'The token has expired');
    this.#attempts.delete(conn);
    return principal;
  }

  close(): void {
    this.#waiting.close();
  }

  async #admit(socket: Socket): Promise<void> {
    const { conn } = socket;
    if (this.#stopping.aborted) throw new AppError('UNAVAILABLE', 'This gateway stops');
    const principal = await this.identify((socket.handshake.auth as Auth).token, conn);
    if (conn.readyState !== 'open') return;
    if (this.#inside.has(conn)) {
      throw new AppError('VALIDATION_FAILED', 'This connection is in /live already');
    }
    const leave = this.#admissions.enter({
      customerId: principal.customerId,
      address: this.#addressOf(conn),
    });
    this.#inside.add(conn);
    this.#leaveWaitingRoom(conn);
    socket.data = principal;
    conn.once('close', leave);
    socket.once('disconnect', () => {
      this.#inside.delete(conn);
      conn.off('close', leave);
      leave();
      if (conn.readyState === 'open') this.#wait(conn);
    });
  }

  /** Whose address a connection is of; that of its TCP connection may be gone by now. */
  #addressOf({ request: { headers }, remoteAddress }: Engine): string {
    return addressOwner(clientAddress({ headers, socket: { remoteAddress } }, this.#trusts));
  }

  #meet(conn: Engine, flooded: () => void): void {
    conn.once('close', () => this.#leaveWaitingRoom(conn));
    this.#paces.follow(conn, flooded);
    conn.on('packet', () => this.#hear(conn));
    this.#wait(conn);
  }

  /** Who does not say who he is has no business here, and answers to him may pile up. */
  #hear(conn: Engine): void {
    const stranger = this.#strangers.get(conn);
    if (stranger === undefined || ++stranger.messages <= maxStrangerMessages) return;
    this.#leaveWaitingRoom(conn);
    stranger.dismiss('Say who you are first');
  }

  #wait(conn: Engine): void {
    const dismiss = (message: string) => this.#dismiss(conn, message);
    const stranger = { dismiss, messages: 0 };
    this.#strangers.set(conn, stranger);
    this.#waiting.enter(stranger);
    liveMetrics.unauthenticated.set(this.#waiting.size);
  }

  #leaveWaitingRoom(conn: Engine): void {
    const stranger = this.#strangers.get(conn);
    this.#strangers.delete(conn);
    if (stranger) this.#waiting.leave(stranger);
    liveMetrics.unauthenticated.set(this.#waiting.size);
  }

  /** The connect error of the namespace, as socket.io writes it, from outside of any namespace. */
  #dismiss(conn: Engine, message: string): void {
    const code = 'UNAUTHENTICATED';
    liveMetrics.refused.inc({ code });
    conn.write(`4/live,${JSON.stringify({ message, data: { code, message } })}`);
    closeSoon(conn);
  }
}

interface Auth {
  readonly token?: unknown;
}
