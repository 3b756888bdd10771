import { readFileSync } from 'node:fs';
import type { Socket } from 'socket.io-client';

interface Update {
  readonly orderId: string;
  readonly version: number;
  readonly cursor: string;
  readonly conflated?: true;
  readonly skipped?: number;
}

/** A socket.io client that can stop reading its TCP connection, and what it got. */
export class StallingClient {
  readonly updates: Update[] = [];
  readonly closings: unknown[] = [];
  readonly disconnects: string[] = [];

  constructor(readonly socket: Socket) {
    socket.on('order.updated', (update: Update) => this.updates.push(update));
    socket.on('closing', (message: unknown) => this.closings.push(message));
    socket.on('disconnect', (reason) => this.disconnects.push(reason));
  }

  async follow(cursor?: string): Promise<void> {
    const feed = { feed: 'orders', ...(cursor && { cursor }) };
    const ack = (await this.socket.timeout(30_000).emitWithAck('subscribe', feed)) as {
      readonly ok: boolean;
    };
    if (!ack.ok) throw new Error(JSON.stringify(ack));
  }

  stall(): void {
    webSocketOf(this.socket).pause();
  }

  read(): void {
    webSocketOf(this.socket).resume();
  }

  get port(): number {
    return webSocketOf(this.socket)._socket.localPort;
  }

  close(): void {
    this.socket.close();
  }
}

/** Bytes that the kernel holds for the connection from one port to another; Linux only. */
export function kernelBytes(from: number, to: number): number {
  const port = (number: number) => `:${number.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    const connection = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find(([, local, remote]) => local?.endsWith(port(from)) && remote?.endsWith(port(to)));
    return Number.parseInt(connection?.[4] ?? '0', 16);
  } catch {
    return 0;
  }
}

/** The most that the kernel keeps for one connection, where it can be known. */
export function kernelLimit(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/tcp_wmem', 'utf8').split(/\s+/)[2]);
  } catch {
    return 0;
  }
}

interface WebSocketLike {
  readonly _socket: { readonly localPort: number };
  pause(): void;
  resume(): void;
}

function webSocketOf(socket: Socket): WebSocketLike {
  return (socket.io.engine.transport as unknown as { readonly ws: WebSocketLike }).ws;
}
