import { io, type Socket } from 'socket.io-client';
import { LiveError } from './live-error.js';
import { readAck, readMessage, readRefusal, type Ack, type Message } from './messages.js';

/** Milliseconds after which a connection is given up. Shorter notices sooner, and gives up slow ones. */
export interface ConnectionTimes {
  /** Until a connection is made, the token included. @default 20000 */
  readonly connectMs?: number;
  /** Until a gateway has answered a message; then the connection counts as broken. @default 10000 */
  readonly answerMs?: number;
  /** How much later than promised a gateway may give its sign of life; then too. @default 5000 */
  readonly graceMs?: number;
}

export interface ConnectionListener {
  opened(): void;
  received(message: Message): void;
  /** Once, unless it was closed from here. `refused`: by a gateway that can be reached. */
  failed(error: LiveError, refused: boolean): void;
}

/** One connection to one gateway. It does not come back; {@link Lane} makes another one. */
export class Connection {
  readonly #socket: Socket;
  readonly #listener: ConnectionListener;
  readonly #times: Required<ConnectionTimes>;
  #heardAt = Date.now();
  #watchdog: ReturnType<typeof setInterval> | undefined;
  /** Why the gateway said that it will end the connection. */
  #farewell: LiveError | undefined;
  #over = false;

  constructor(
    address: { readonly url: string; readonly token: string },
    listener: ConnectionListener,
    times: Required<ConnectionTimes>,
  ) {
    this.#listener = listener;
    this.#times = times;
    this.#socket = io(`${address.url}/live`, {
      ...{ transports: ['websocket'], auth: { token: address.token } },
      ...{ forceNew: true, reconnection: false, timeout: times.connectMs },
    });
    this.#socket.on('connect', () => this.#listener.opened());
    this.#socket.on('connect_error', (error) => this.#refused(error));
    this.#socket.on('disconnect', (reason) => this.#ended(reason));
    this.#socket.onAny((name: string, message: unknown) => this.#receive(name, message));
    this.#watch();
  }

  /** Calls `answered` before anything is received that the gateway sent later; never, when the connection ends before. */
  ask(
    name: 'subscribe' | 'unsubscribe' | 'renew',
    message: object,
    answered: (ack: Ack) => void,
  ): void {
    this.#socket
      .timeout(this.#times.answerMs)
      .emit(name, message, (error: Error | null, answer: unknown) => {
        if (this.#over) return;
        if (error === null) return answered(readAck(answer));
        const silent = `The gateway did not answer "${name}" within ${this.#times.answerMs} ms`;
        this.#fail(new LiveError('ANSWER_TIMEOUT', silent), false);
      });
  }

  /** Ends it; nothing is told any more. */
  close(): void {
    this.#over = true;
    clearInterval(this.#watchdog);
    this.#socket.off();
    this.#socket.offAny();
    this.#socket.disconnect();
  }

  #receive(name: string, message: unknown): void {
    if (name === 'closing') this.#farewell = readRefusal(message);
    else this.#listener.received(readMessage(name, message));
  }

  /** A dead connection looks like a quiet one, but for the pings that a gateway promises at the handshake. */
  #watch(): void {
    const { engine } = this.#socket.io;
    engine.on('packet', () => (this.#heardAt = Date.now()));
    engine.on('handshake', ({ pingInterval }: { readonly pingInterval: number }) => {
      const longestMs = pingInterval + this.#times.graceMs;
      const look = () => {
        if (Date.now() - this.#heardAt > longestMs) this.#broken('The gateway fell silent');
      };
      this.#watchdog = setInterval(look, Math.min(longestMs / 4, 5_000));
    });
  }

  #refused(error: Error & { readonly data?: unknown }): void {
    if (error.data !== undefined) this.#fail(readRefusal(error.data), true);
    else this.#broken(`No connection: ${error.message}`, error);
  }

  #ended(reason: string): void {
    if (this.#farewell) this.#fail(this.#farewell, false);
    else this.#broken(`The connection ended: ${reason}`);
  }

  #broken(message: string, cause?: unknown): void {
    this.#fail(new LiveError('CONNECTION_FAILED', message, { cause }), false);
  }

  #fail(error: LiveError, refused: boolean): void {
    if (this.#over) return;
    this.close();
    this.#listener.failed(error, refused);
  }
}
