import { fromKafka, toKafka, type CloudEvent } from '@mesh/envelope';
import { setTimeout as pause } from 'node:timers/promises';
import { deadLetterHeaders } from '../dispatch/dead-letter-headers.js';
import { Dispatcher, type DispatchableDelivery } from '../dispatch/dispatcher.js';
import { matcherOf } from '../dispatch/routing-patterns.js';
import type { DeliveryHandler } from '../delivery.js';
import { PublishError } from '../errors.js';
import { PublishCall } from '../publish/publish-call.js';
import type { Message, Publisher } from '../publisher.js';
import type { SubscribeOptions, Subscription } from '../subscriber.js';
import { deadLetterDestination, type Features, type Transport } from '../transport.js';
import type { OwnServer, RawRecord, TransportUnderTest } from './transport-under-test.js';

/** How long it lets a publisher wait while it is blocked. */
const BLOCKED_MS = 100;
/** It is back so soon after it was stopped or killed. */
const RESTART_MS = 20;

/** A log with groups in this process: what the suite itself is tried on, and what mutants are made of. */
class InMemoryBroker {
  readonly #streams = new Map<string, RawRecord[]>();
  readonly #groups = new Map<string, Group>();
  #state: 'up' | 'blocked' | 'down' = 'up';
  #changed = Promise.withResolvers<void>();

  stream(name: string): RawRecord[] {
    const stream = this.#streams.get(name) ?? [];
    this.#streams.set(name, stream);
    return stream;
  }

  append(name: string, record: RawRecord): void {
    this.stream(name).push(record);
    for (const group of this.#groups.values()) group.wake();
  }

  /** Whether it takes what it is given; one that is blocked answers late. */
  async accepts(): Promise<boolean> {
    if (this.#state === 'blocked') await Promise.race([this.#changed.promise, pause(BLOCKED_MS)]);
    return this.#state === 'up';
  }

  /** What its members have not acked comes again once a broker is up that was down. */
  become(state: 'up' | 'blocked' | 'down'): void {
    const restarted = this.#state === 'down' && state === 'up';
    this.#state = state;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    if (restarted) for (const group of this.#groups.values()) group.rejoin();
  }

  /** Of every stream. */
  loseTail(records: number): void {
    for (const stream of this.#streams.values())
      stream.splice(Math.max(0, stream.length - records));
  }

  group({ source, group, from, ephemeral }: SubscribeOptions): Group {
    const name = `${source} ${group}${ephemeral ? ` ${this.#groups.size}` : ''}`;
    const start = from === 'end' || ephemeral ? this.stream(source).length : 0;
    const found = this.#groups.get(name) ?? new Group(this.stream(source), start);
    this.#groups.set(name, found);
    return found;
  }
}

/** One member is active; what it leaves unacked is read again by the next. */
class Group {
  readonly #stream: readonly RawRecord[];
  readonly #acked = new Set<number>();
  readonly #members: InMemorySubscription[] = [];
  #position: number;

  constructor(stream: readonly RawRecord[], start: number) {
    this.#stream = stream;
    this.#position = start;
    for (let offset = 0; offset < start; offset += 1) this.#acked.add(offset);
  }

  join(member: InMemorySubscription): void {
    this.#members.push(member);
    this.wake();
  }

  leave(member: InMemorySubscription): void {
    const active = this.#members[0] === member;
    this.#members.splice(this.#members.indexOf(member), 1);
    if (active) this.#position = 0;
    this.wake();
  }

  /** As if every member had lost its connection. */
  rejoin(): void {
    this.#position = 0;
    this.wake();
  }

  ack(offset: number): void {
    this.#acked.add(offset);
  }

  wake(): void {
    const active = this.#members[0];
    while (active?.hasRoom && this.#position < this.#stream.length) {
      const offset = this.#position++;
      if (!this.#acked.has(offset)) active.take(offset, this.#stream[offset] as RawRecord);
    }
  }
}

class InMemorySubscription implements Subscription {
  readonly ready = Promise.resolve();
  #dead = false;
  readonly #options: SubscribeOptions;
  readonly #group: Group;
  readonly #dispatcher: Dispatcher;
  readonly #matches: (routingKey: string) => boolean;
  readonly #abort = new AbortController();
  #closed = false;

  constructor(broker: InMemoryBroker, options: SubscribeOptions, handler: DeliveryHandler) {
    this.#options = options;
    this.#group = broker.group(options);
    this.#matches = matcherOf(options.filter ?? ['#']);
    this.#dispatcher = new Dispatcher({
      group: options.group,
      handler,
      window: { count: options.window?.count ?? 256, bytes: options.window?.bytes ?? 2 ** 24 },
      concurrency: options.concurrency ?? 32,
      redelivery: {
        minMs: options.redelivery?.minMs ?? 50,
        maxMs: options.redelivery?.maxMs ?? 1000,
      },
      deadLetter: async (delivery, reason, error) =>
        broker.append(deadLetterDestination(delivery.source, delivery.group), {
          key: delivery.key,
          body: delivery.body,
          headers: { ...delivery.headers, ...deadLetterHeaders(delivery, reason, error) },
        }),
    });
    this.#group.join(this);
  }

  get hasRoom(): boolean {
    return !this.#closed && this.#dispatcher.hasRoom;
  }

  take(offset: number, record: RawRecord): void {
    const delivery = deliveryOf(record, offset, this.#options, this.#abort.signal);
    if (!this.#matches(delivery.routingKey ?? '')) return this.#group.ack(offset);
    void this.#dispatcher.dispatch(delivery).then((outcome) => {
      if (this.#dead) return;
      if (outcome === 'done') this.#group.ack(offset);
      this.#group.wake();
    });
  }

  async close({ graceMs = 2000 }: { readonly graceMs?: number } = {}): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#dispatcher.close(graceMs);
    this.#abort.abort();
    this.#group.leave(this);
  }

  /** As of a process: what its handlers still do changes nothing any more. */
  async die(): Promise<void> {
    this.#dead = true;
    await this.close({ graceMs: 0 });
  }
}

function deliveryOf(
  { key, headers, body }: RawRecord,
  offset: number,
  { source, group }: SubscribeOptions,
  signal: AbortSignal,
): DispatchableDelivery {
  const routingKey = headers['mesh-routing-key'];
  return {
    ...{ source, group, key, headers, body, signal },
    routingKey: typeof routingKey === 'string' ? routingKey : null,
    position: String(offset),
    attempt: 1,
    event: (): CloudEvent => fromKafka({ headers, value: body }),
  };
}

const REFUSED = {
  code: 'PUBLISH_FAILED',
  retryable: true,
  message: 'The broker takes nothing',
} as const;

/** Confirms in a later turn of the event loop, like a broker; closing refuses what is not confirmed. */
class InMemoryPublisher implements Publisher {
  readonly #broker: InMemoryBroker;
  #queue: {
    readonly destination: string;
    readonly record: RawRecord;
    readonly call: PublishCall;
    readonly index: number;
  }[] = [];
  #closed = false;

  constructor(broker: InMemoryBroker) {
    this.#broker = broker;
  }

  async publish(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const records = messages.map(recordOf);
    const call = new PublishCall(messages.length);
    if (this.#queue.length === 0) setImmediate(() => void this.#flush());
    for (const [index, record] of records.entries()) this.#queue.push({ ...record, call, index });
    if (this.#closed) await this.close();
    await call.settled;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const refusal = {
      code: 'PUBLISHER_CLOSED',
      retryable: true,
      message: 'The publisher was closed',
    } as const;
    for (const { call, index } of this.#queue.splice(0)) call.refuse(index, refusal);
  }

  async #flush(): Promise<void> {
    const accepted = await this.#broker.accepts();
    for (const { destination, record, call, index } of this.#queue.splice(0)) {
      if (!accepted) call.refuse(index, REFUSED);
      else {
        this.#broker.append(destination, record);
        call.confirm();
      }
    }
  }
}

function recordOf({ destination, key, routingKey, event }: Message, index: number) {
  try {
    const { headers, value } = toKafka(event);
    headers['mesh-routing-key'] = routingKey ?? event.type;
    return { destination, record: { key, headers, body: value ?? Buffer.alloc(0) } };
  } catch (cause) {
    const options = { code: 'MESSAGE_TOO_LARGE', retryable: false, cause } as const;
    throw new PublishError('The event is too large', [index], options);
  }
}

class InMemoryTransport implements Transport {
  readonly name = 'embedded';
  readonly features = inMemoryFeatures;
  readonly #broker: InMemoryBroker;
  readonly #publisher: InMemoryPublisher;
  readonly #subscriptions: InMemorySubscription[] = [];

  constructor(broker: InMemoryBroker) {
    this.#broker = broker;
    this.#publisher = new InMemoryPublisher(broker);
  }

  publisher(): Promise<Publisher> {
    return Promise.resolve(this.#publisher);
  }

  async subscribe(options: SubscribeOptions, handler: DeliveryHandler): Promise<Subscription> {
    const subscription = new InMemorySubscription(this.#broker, options, handler);
    this.#subscriptions.push(subscription);
    return subscription;
  }

  async declare(): Promise<void> {}

  async check(): Promise<void> {}

  async die(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.die()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.close()));
    await this.#publisher.close();
  }
}

export const inMemoryFeatures: Features = {
  ordering: true,
  consumerGroups: true,
  persistent: true,
  replay: true,
  delay: false,
  priority: false,
  expiry: false,
};

/** A broker that goes away and comes back, with what it holds but the last `unflushed` records. */
function inMemoryServer(wrap: (transport: Transport) => Transport, unflushed: number): OwnServer {
  const broker = new InMemoryBroker();
  const restart = async () => {
    broker.become('down');
    await pause(RESTART_MS);
    broker.become('up');
  };
  const block = (state: 'blocked' | 'down') => async () => {
    broker.become(state);
    return async () => broker.become('up');
  };
  return {
    open: async () => wrap(new InMemoryTransport(broker)),
    synced: async () => {},
    restart,
    kill: () => {
      broker.loseTail(unflushed);
      return restart();
    },
    blocks: { 'stands still': block('blocked'), refuses: block('down') },
    stop: async () => broker.become('up'),
  };
}

/** A correct transport in memory, opened through `wrap`: the place for a defect; `unflushed` is another. */
export function inMemory(
  name: string,
  wrap: (transport: Transport) => Transport = (t) => t,
  unflushed = 0,
): TransportUnderTest {
  const broker = new InMemoryBroker();
  return {
    name,
    features: inMemoryFeatures,
    open: async () => wrap(new InMemoryTransport(broker)),
    mortal: async () => {
      const transport = new InMemoryTransport(broker);
      const wrapped = wrap(transport);
      return {
        subscribe: async (options, handler) => void (await wrapped.subscribe(options, handler)),
        die: () => transport.die(),
      };
    },
    ownServer: async () => inMemoryServer(wrap, unflushed),
    inject: async (destination, { body, ...rest }) =>
      broker.append(destination, { ...rest, body: body ?? new Uint8Array() }),
    readDeadLetters: async (source, group, atLeast) => {
      const dead = broker.stream(deadLetterDestination(source, group));
      // Whoever asks has a deadline; nobody waits for this to end.
      while (dead.length < atLeast) await pause(5, undefined, { ref: false });
      return dead;
    },
  };
}
