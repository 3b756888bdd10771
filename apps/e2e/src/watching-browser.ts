import type { Customer, Update } from '@mesh/tools/testing/customer';
import { io, type Socket } from 'socket.io-client';

interface Ack {
  readonly ok: boolean;
  readonly cursor?: string;
  readonly code?: string;
  readonly retryAfterMs?: number;
}

/** A browser that follows its customer's feed over WebSocket alone, and comes back with its cursor. */
export class WatchingBrowser {
  readonly socket: Socket;
  /** `orderId version` of each update, in the order of arrival. */
  readonly seen: string[] = [];
  readonly resyncs: unknown[] = [];
  readonly refusals: string[] = [];
  connections = 0;
  following = false;
  #cursor: string | undefined;

  constructor(url: string, { token }: Customer) {
    this.socket = io(`${url}/live`, {
      ...{ transports: ['websocket'], auth: { token }, forceNew: true },
      ...{ reconnectionDelay: 200, reconnectionDelayMax: 2_000, randomizationFactor: 0.5 },
    });
    this.socket.on('connect', () => {
      this.connections += 1;
      this.#follow();
    });
    this.socket.on('disconnect', () => (this.following = false));
    this.socket.on('resync', (message) => this.resyncs.push(message));
    this.socket.on('order.updated', (update: Update) => {
      this.seen.push(`${update.orderId} ${update.version}`);
      this.#cursor = update.cursor;
    });
  }

  close(): void {
    this.socket.close();
  }

  #follow(): void {
    const { connections } = this;
    this.socket.emit('subscribe', { feed: 'orders', cursor: this.#cursor }, (ack: Ack) => {
      if (connections !== this.connections) return;
      if (ack.ok) {
        this.#cursor ??= ack.cursor;
        this.following = true;
        return;
      }
      this.refusals.push(ack.code ?? '');
      setTimeout(() => this.socket.connected && this.#follow(), ack.retryAfterMs ?? 1_000);
    });
  }
}
