import { connect } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import type { LiveCase, MessageCase, PacketsCase } from './live-cases.js';

/** Longer than any limit of the gateway would be an answer that does not come. */
const deadlineMs = 30_000;
/** A socket ends up with subscriptions to all kinds of things: it is replaced after so many messages. */
const messagesASocket = 50;

/** Sends cases to one gateway. */
export class LiveSender {
  #socket: Socket | undefined;
  #messages = 0;

  constructor(
    private readonly url: URL,
    private readonly token: string,
  ) {}

  /** What is wrong with what came of it. */
  send(one: LiveCase): Promise<string | undefined> {
    switch (one.kind) {
      case 'message':
        return this.#message(one);
      case 'packets':
        return this.#packets(one);
      case 'frames':
        return this.#frames(one.bytes);
    }
  }

  close(): void {
    this.#socket?.disconnect();
  }

  async #message({ event, args }: MessageCase): Promise<string | undefined> {
    if (this.#messages++ % messagesASocket === 0) {
      this.#socket?.disconnect();
      const auth = { token: this.token };
      this.#socket = io(`${this.url.origin}/live`, {
        transports: ['websocket'],
        auth,
        forceNew: true,
      });
    }
    const socket = this.#socket!;
    const ack: unknown = await socket
      .timeout(deadlineMs)
      .emitWithAck(event as string, ...args)
      // One that is replaced meanwhile answers nobody.
      .catch(() => (socket.active ? undefined : { ok: true }));
    return isAck(ack) ? undefined : `No acknowledgement but ${JSON.stringify(ack)}`;
  }

  #packets({ signedIn, packets }: PacketsCase): Promise<string | undefined> {
    const socket = new WebSocket(`ws://${this.url.host}/socket.io/?EIO=4&transport=websocket`);
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve('The connection hangs'), deadlineMs);
      socket.onopen = () => {
        if (signedIn) socket.send(`40/live,${JSON.stringify({ token: this.token })}`);
        for (const packet of packets) socket.send(packet);
        socket.close();
      };
      // It may well be the gateway that ends a connection of this kind.
      socket.onerror = () => socket.close();
      socket.onclose = () => {
        clearTimeout(late);
        resolve(undefined);
      };
    });
  }

  #frames(bytes: Uint8Array): Promise<string | undefined> {
    const upgrade = [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      ...[`Host: ${this.url.host}`, 'Connection: Upgrade', 'Upgrade: websocket'],
      ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
    ].join('\r\n');
    return new Promise((resolve) => {
      const socket = connect(Number(this.url.port), this.url.hostname);
      let answer = '';
      socket.setTimeout(deadlineMs, () => socket.destroy());
      socket.on('data', (part: Buffer) => {
        const upgraded = answer === '';
        answer += part.toString('latin1');
        if (upgraded) socket.end(bytes);
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () =>
        resolve(
          answer.startsWith('HTTP/1.1 101 ') ? undefined : `Answered ${answer.slice(0, 300)}`,
        ),
      );
      socket.write(upgrade);
    });
  }
}

/** As the contract has it, and not of a fault of ours. */
function isAck(ack: unknown): boolean {
  if (typeof ack !== 'object' || ack === null) return false;
  const { ok, code } = ack as { readonly ok?: unknown; readonly code?: unknown };
  return ok === true || (ok === false && typeof code === 'string' && code !== 'INTERNAL');
}
