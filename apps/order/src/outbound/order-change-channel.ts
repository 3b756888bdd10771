import type { Logger } from '@mesh/tracing';
import pg from 'pg';

const CHANNEL = 'order_changed';
/** Changes are collected so long before other processes are told: more saves commits, less saves time. */
const FLUSH_MS = 10;
/** PostgreSQL takes payloads below 8000 bytes. */
const PAYLOAD_CHARACTERS = 7900;
const RECONNECT_MS = 1000;

/** What an order and its customer's feed have reached, or are about to when the transaction commits. */
export interface OrderHint {
  readonly orderId: string;
  readonly version: number;
  readonly customerId: string;
  readonly feedSequence: number;
}

export interface OrderChangeChannelOptions {
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Called, once listening, for each change that any process tells. */
  readonly onHint: (hint: OrderHint) => void;
  /** Sends NOTIFY; a query on the pool that the service has anyway. */
  readonly notify: (channel: string, payload: string) => Promise<unknown>;
}

/**
 * Tells other processes on the same database of changed orders, by NOTIFY outside of any business
 * transaction: a NOTIFY inside one would let its commits wait for each other. At most once: what is
 * told while a listener is away is lost, so a listener must look by itself now and then.
 */
export class OrderChangeChannel {
  readonly #options: OrderChangeChannelOptions;
  readonly #pending = new Map<string, OrderHint>();
  #flush: NodeJS.Timeout | undefined;
  #listener: pg.Client | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: OrderChangeChannelOptions) {
    this.#options = options;
  }

  tell(hint: OrderHint): void {
    if (this.#closed) return;
    this.#pending.set(hint.orderId, hint);
    this.#flush ??= setTimeout(() => void this.#send(), FLUSH_MS).unref();
  }

  /** Starts listening, unless it does already; connects again by itself. */
  listen(): void {
    if (!this.#listener) this.#connect();
  }

  #connect(): void {
    if (this.#closed) return;
    const client = new pg.Client({
      ...{ connectionString: this.#options.databaseUrl, keepAlive: true },
      application_name: 'order-change-channel',
    });
    this.#listener = client;
    let ended = false;
    const again = (error?: Error): void => {
      if (ended) return;
      ended = true;
      client.end().catch(() => undefined);
      if (this.#closed) return;
      this.#options.log.debug({ err: error }, 'Listening for changed orders again soon');
      this.#reconnect = setTimeout(() => this.#connect(), RECONNECT_MS).unref();
    };
    client.on('error', again);
    client.on('end', () => again());
    client.on('notification', ({ payload }) => parse(payload ?? '').forEach(this.#options.onHint));
    client
      .connect()
      .then(() => client.query(`listen ${CHANNEL}`), again)
      .catch(again);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#flush);
    clearTimeout(this.#reconnect);
    await this.#listener?.end().catch(() => undefined);
  }

  async #send(): Promise<void> {
    this.#flush = undefined;
    const payloads = payloadsOf([...this.#pending.values()]);
    this.#pending.clear();
    try {
      for (const payload of payloads) await this.#options.notify(CHANNEL, payload);
    } catch (error) {
      this.#options.log.debug({ err: error }, 'Other processes were not told of changed orders');
    }
  }
}

/** As few as hold all. A customer's id may have any characters, at most 720 when they are escaped. */
function payloadsOf(hints: readonly OrderHint[]): readonly string[] {
  const payloads: string[] = [];
  for (const { orderId, version, customerId, feedSequence } of hints) {
    const entry = [orderId, version, feedSequence, encodeURIComponent(customerId)].join(':');
    const last = payloads.at(-1);
    if (last === undefined || last.length + entry.length >= PAYLOAD_CHARACTERS) {
      payloads.push(entry);
    } else payloads[payloads.length - 1] = `${last},${entry}`;
  }
  return payloads;
}

function parse(payload: string): readonly OrderHint[] {
  return payload.split(',').flatMap((entry) => {
    const [orderId, version, feedSequence, customer] = entry.split(':');
    if (!orderId || !version || !feedSequence || !customer) return [];
    const customerId = decodeURIComponent(customer);
    return [{ orderId, customerId, version: Number(version), feedSequence: Number(feedSequence) }];
  });
}
