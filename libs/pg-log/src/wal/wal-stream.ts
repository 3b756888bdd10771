import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import pg from 'pg';

/** What a slot tells, in the order of commits. */
export interface WalEvents {
  begin(committedAt: Date): void;
  /** A transactional message; `content` is the receiver's to keep. */
  message(message: {
    readonly lsn: bigint;
    readonly prefix: string;
    readonly content: Buffer;
  }): void;
  commit(endLsn: bigint): void;
  /** Everything that was committed before is told. */
  reached(lsn: bigint): void;
  /** Something of the above was told; called once for what arrived together. */
  arrived(): void;
  /** The connection is over, whoever ended it. */
  ended(error: Error): void;
}

export interface WalStreamOptions {
  readonly connection: pg.ClientConfig;
  readonly slot: string;
  readonly publication: string;
  /** After so much silence of this process the server ends the connection. */
  readonly silenceMs: number;
}

/** What pg has of a connection in copy-both mode, and its types do not tell. */
interface CopyBoth extends EventEmitter {
  readonly stream: Duplex;
  sendCopyFromChunk(chunk: Buffer): void;
}

const EPOCH_MS = Date.UTC(2000, 0, 1);

/**
 * Reads a slot's messages. Tells the server what is confirmed, and that this process lives.
 * @see https://www.postgresql.org/docs/current/protocol-replication.html
 * @see https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */
export class WalStream {
  readonly #client: pg.Client;
  readonly #events: WalEvents;
  readonly #timer: NodeJS.Timeout;
  #confirmed = 0n;
  #over = false;

  /** Fulfilled when the server sends. @throws pg.DatabaseError 55006 while somebody else reads the slot */
  static async open(options: WalStreamOptions, events: WalEvents): Promise<WalStream> {
    const { slot, publication, silenceMs, connection } = options;
    const settings = `${connection.options ?? ''} -c wal_sender_timeout=${Math.ceil(silenceMs)}`;
    const client = new pg.Client({
      ...connection,
      options: settings.trim(),
      replication: 'database',
      pipeline: false,
      query_timeout: 0,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    } as pg.ClientConfig);
    client.on('error', () => {});
    try {
      await client.connect();
      const copy = copyOf(client);
      const stream = new WalStream(client, events, silenceMs);
      const sending = new Promise((resolve) => copy.once('replicationStart', resolve));
      const over = client
        .query(
          `START_REPLICATION SLOT "${slot}" LOGICAL 0/0 (proto_version '1', publication_names '"${publication}"', messages 'true')`,
        )
        .then(() => new Error('The server ended the replication'));
      await Promise.race([sending, over]);
      over.catch((error: Error) => error).then((error) => stream.#end(error));
      return stream;
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  private constructor(client: pg.Client, events: WalEvents, silenceMs: number) {
    this.#client = client;
    this.#events = events;
    this.#timer = setInterval(() => this.#tell(false), silenceMs / 3);
    client.on('error', (error) => this.#end(error));
    client.on('end', () => this.#end(new Error('The replication connection was closed')));
    let told = false;
    copyOf(client).on('copyData', ({ chunk }: { readonly chunk: Buffer }) => {
      if (this.#over) return;
      try {
        this.#take(chunk);
      } catch (error) {
        return this.#end(error as Error);
      }
      if (told) return;
      told = true;
      queueMicrotask(() => ((told = false), this.#over || events.arrived()));
    });
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** What was committed before is not sent again, after a restart either. */
  confirm(lsn: bigint): void {
    if (lsn <= this.#confirmed) return;
    this.#confirmed = lsn;
    this.#tell(false);
  }

  /** Asks the server how far it is; it answers with {@link WalEvents.reached} when all before is sent. */
  ask(): void {
    this.#tell(true);
  }

  /** Takes nothing more from the server, which waits then. */
  pause(): void {
    copyOf(this.#client).stream.pause();
  }

  resume(): void {
    copyOf(this.#client).stream.resume();
  }

  /** Idempotent; {@link WalEvents.ended} is not called by it. */
  close(): void {
    this.#over = true;
    clearInterval(this.#timer);
    void this.#client.end().catch(() => undefined);
  }

  #end(error: Error): void {
    if (this.#over) return;
    this.close();
    this.#events.ended(error);
  }

  #take(chunk: Buffer): void {
    if (chunk[0] === KEEPALIVE) {
      this.#events.reached(chunk.readBigUInt64BE(1));
      if (chunk[17] === 1) this.#tell(false);
    } else if (chunk[0] === DATA) {
      this.#decode(chunk.subarray(25));
    }
  }

  #decode(data: Buffer): void {
    switch (data[0]) {
      case BEGIN:
        return this.#events.begin(new Date(EPOCH_MS + Number(data.readBigInt64BE(9) / 1000n)));
      case COMMIT:
        return this.#events.commit(data.readBigUInt64BE(10));
      case MESSAGE: {
        const end = data.indexOf(0, 10);
        const lsn = data.readBigUInt64BE(2);
        // Others may emit messages that no transaction holds back: none of ours.
        if (data[1] !== TRANSACTIONAL) return;
        // The buffer is used again for what comes next.
        const content = Buffer.from(data.subarray(end + 5));
        return this.#events.message({ lsn, prefix: data.toString('utf8', 10, end), content });
      }
    }
  }

  /** A standby status update: how far this process is, and that it lives. */
  #tell(answer: boolean): void {
    if (this.#over) return;
    const status = Buffer.alloc(34);
    status[0] = STATUS;
    for (const at of [1, 9, 17]) status.writeBigUInt64BE(this.#confirmed, at);
    status.writeBigInt64BE(BigInt(Date.now() - EPOCH_MS) * 1000n, 25);
    status[33] = answer ? 1 : 0;
    copyOf(this.#client).sendCopyFromChunk(status);
  }
}

const [DATA, KEEPALIVE, STATUS] = [0x77, 0x6b, 0x72];
const [BEGIN, COMMIT, MESSAGE, TRANSACTIONAL] = [0x42, 0x43, 0x4d, 1];

function copyOf(client: pg.Client): CopyBoth {
  return (client as unknown as { readonly connection: CopyBoth }).connection;
}
