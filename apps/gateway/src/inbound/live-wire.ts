import type { Socket } from 'socket.io';
import { messageEncoder } from './live-encoding.js';
import type { SendWire } from './live-send-queue.js';

type Engine = Socket['conn'];

/** How long a client has to take what tells it why its connection ends. */
const farewellMs = 5_000;

/** Of this process, so that what goes to many sockets in a row is encoded once. */
const encode = messageEncoder('/live');

/** A connected socket, as far as a connection needs one. */
export interface LiveSocket extends SendWire {
  /** Calls back each time when something has left. */
  onSent(sent: () => void): void;
  /**
   * Closes the transport once all that was sent has left, or after 5 s. The client comes back by itself,
   * which it would not do after a disconnect message.
   */
  end(): void;
}

/** socket.io's socket with what waits in engine.io and ws counted in bytes. */
export function liveWire(socket: Socket): LiveSocket {
  const { conn } = socket;
  let engineBytes = 0;
  // Told for each packet of whatever kind, answers to pings and acknowledgements too.
  const created = ({ data }: { readonly data?: unknown }) => (engineBytes += sizeOf(data));
  const flushed = () => (engineBytes = 0);
  conn.on('packetCreate', created).on('flush', flushed);
  // The connection may outlive its socket, and enter again.
  socket.once('disconnect', () => conn.off('packetCreate', created).off('flush', flushed));
  return {
    send(event, message) {
      if (!socket.connected) return;
      const { packet, options } = encode(event, message);
      conn.write(packet, options);
    },
    waiting: () => engineBytes + bufferedBytes(conn),
    onSent(sent) {
      const follow = () => conn.transport.on('drain', sent);
      follow();
      conn.on('upgrade', follow);
      socket.once('disconnect', () => {
        conn.off('upgrade', follow);
        conn.transport.off('drain', sent);
      });
    },
    end: () => closeSoon(conn),
  };
}

/** What ws and Node hold of a connection over WebSocket; engine.io itself holds what is to be polled. */
export function bufferedBytes(conn: Engine): number {
  return webSocketOf(conn)?.bufferedAmount ?? 0;
}

/** Closes once all that was sent has left, or after 5 s: some clients neither read nor close. */
export function closeSoon(conn: Engine): void {
  conn.close();
  const timer = setTimeout(() => cut(conn), farewellMs);
  (webSocketOf(conn) ?? conn).once('close', () => clearTimeout(timer));
}

/** Closes at once; what has not left is thrown away. */
export function cut(conn: Engine): void {
  webSocketOf(conn)?.terminate();
  conn.close(true);
}

interface WebSocketLike {
  readonly bufferedAmount: number;
  terminate(): void;
  pause(): void;
  resume(): void;
  once(event: 'close', closed: () => void): void;
}

/** Undefined while a connection polls. */
export function webSocketOf(conn: Engine): WebSocketLike | undefined {
  return (conn.transport as { readonly socket?: WebSocketLike }).socket;
}

function sizeOf(data: unknown): number {
  return typeof data === 'string' ? data.length : Buffer.isBuffer(data) ? data.length : 8;
}
