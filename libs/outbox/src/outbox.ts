import type { EventDefinition, NewEvent } from '@mesh/contracts';
import { createEvent, toKafka } from '@mesh/envelope';
import type { LogEntry } from '@mesh/pg-log';
import { processTraceOf } from '@mesh/messaging/middleware';
import { currentBaggage, currentTraceparent, type WorkSpan } from '@mesh/tracing';
import type { Admission } from './admission.js';
import { executorOf, type OpenTransaction, type TransactionExecutor } from './open-transaction.js';
import { startCreateSpan } from './create-span.js';
import type { OutboxLog } from './outbox-log.js';
import { refusalOf } from './refusal.js';

export { OUTBOX_SCHEMA, type OutboxLog } from './outbox-log.js';

const PROTOBUF = 'application/protobuf';
const EMPTY = new Uint8Array();

/** What an event says of where it comes from; each is an extension of its CloudEvents envelope. */
export interface AppendOptions {
  /** The business process that the event belongs to. @default none */
  readonly correlationId?: string;
  /** The id of the event or command that caused this one. @default that of `cause`, if there is one */
  readonly causationId?: string;
  /** @default the trace of the cause, else of the running work */
  readonly traceparent?: string;
  /**
   * The event that caused this one, as its handler got it: gives `causationId`, and the trace and the
   * baggage that it came with. For who handles several events at once, whose work has no trace of one.
   * @default none
   */
  readonly cause?: Cause;
}

/** The part of an event that those it causes take over. */
export interface Cause {
  readonly id: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** One of several events to be appended; what it says itself goes before what is said for all. */
export type AppendedEvent = NewEvent & AppendOptions;

/** Where an outbox appends, and in whose name. */
export interface OutboxOptions {
  /** The log in the service's database; see {@link openOutbox}. */
  readonly log: OutboxLog;
  /** CloudEvents source of every event, such as `/job`. */
  readonly source: string;
  /** Asked before each append. @default everything is taken */
  readonly admission?: Admission;
}

/** Appends events to the log of the service's database; a {@link Relay} publishes them. Safe for concurrent use. */
export class Outbox {
  readonly #log: OutboxLog;
  readonly #source: string;
  readonly #admission: Admission | undefined;

  constructor({ log, source, admission }: OutboxOptions) {
    this.#log = log;
    this.#source = source;
    this.#admission = admission;
  }

  /**
   * The event is published if and only if the transaction commits. One statement, as for several of
   * {@link appendAll}.
   *
   * Events of one key are published in the order in which they were appended, given that those who
   * append for a key hold the same lock (the one on the aggregate's row) until they commit. Each event
   * carries its number within its key (`sequence`); the number's own row is locked until the commit.
   * @throws OutboxError OUTSIDE_TRANSACTION
   * @throws OutboxFullError OUTBOX_FULL, OutboxClosedError OUTBOX_CLOSED: let it end the transaction
   * @throws EnvelopeError when the key is empty or the data is too large
   */
  async append<Data>(
    tx: OpenTransaction,
    definition: EventDefinition<Data>,
    data: Data,
    options: AppendOptions = {},
  ): Promise<{ readonly id: string }> {
    const executor = executorOf(tx, 'Outbox.append');
    const encoded = this.#encode(definition.with(data), options);
    await this.#append(executor, [encoded]);
    return { id: encoded.id };
  }

  /**
   * Like {@link append}, for several events in their order: `appendAll(tx, [JobPlaced.with(…), …])`.
   * @throws OutboxError OUTSIDE_TRANSACTION
   * @throws OutboxFullError OUTBOX_FULL, OutboxClosedError OUTBOX_CLOSED: let it end the transaction
   * @throws EnvelopeError when a key is empty or data is too large; nothing is appended then
   */
  async appendAll(
    tx: OpenTransaction,
    events: readonly AppendedEvent[],
    options: AppendOptions = {},
  ): Promise<readonly { readonly id: string }[]> {
    const executor = executorOf(tx, 'Outbox.appendAll');
    const encoded = events.map((event) => this.#encode(event, { ...options, ...event }));
    await this.#append(executor, encoded);
    return encoded.map(({ id }) => ({ id }));
  }

  /**
   * Tells the relay to look at once; call it after the commit, or use {@link inTransaction}. Cheap,
   * and coalesced. Without it the relay finds the event at its next poll.
   */
  wake(): void {
    this.#log.wake();
  }

  async #append(executor: TransactionExecutor, encoded: readonly Encoded[]): Promise<void> {
    const entries = encoded.map(({ entry }) => entry);
    try {
      if (this.#admission !== undefined && entries.length > 0) {
        const bytes = entries.reduce((sum, { body }) => sum + body.byteLength, 0);
        this.#admission.admit({ events: entries.length, bytes });
      }
      await this.#log.append(executor, entries);
    } catch (error) {
      const refusal = refusalOf(error) ?? error;
      for (const { span } of encoded) span?.fail(refusal);
      throw refusal;
    } finally {
      for (const { span } of encoded) span?.end();
    }
  }

  #encode({ definition, data }: NewEvent, options: AppendOptions): Encoded {
    const { cause } = options;
    const key = definition.key(data);
    const stream = definition.stream.name;
    const span = startCreateSpan(
      { stream, type: definition.type },
      options.traceparent ??
        (cause && (processTraceOf(cause) ?? extensionOf(cause, 'traceparent'))),
    );
    const event = createEvent({
      source: this.#source,
      type: definition.type,
      subject: key,
      datacontenttype: PROTOBUF,
      dataschema: definition.dataschema,
      data: definition.schema.encode(data).finish(),
      extensions: {
        partitionkey: key,
        traceparent:
          span?.traceparent ??
          options.traceparent ??
          extensionOf(cause, 'traceparent') ??
          currentTraceparent(),
        baggage: cause === undefined ? currentBaggage() : extensionOf(cause, 'baggage'),
        correlationid: options.correlationId,
        causationid: options.causationId ?? cause?.id,
      },
    });
    const { headers, value } = toKafka(event);
    const routingKey = definition.route?.(data) ?? null;
    span?.set({ 'messaging.message.id': event.id });
    const entry = { stream, key, routingKey, headers, body: value ?? EMPTY };
    return { id: event.id, entry, span };
  }
}

interface Encoded {
  readonly id: string;
  readonly entry: LogEntry;
  /** Ends when it is appended. */
  readonly span: WorkSpan | undefined;
}

function extensionOf(cause: Cause | undefined, name: string): string | undefined {
  const value = cause?.extensions[name];
  return typeof value === 'string' ? value : undefined;
}
