import { fromKafka, type CloudEvent } from '@mesh/envelope';
import type { LogEntry, LogRow } from '@mesh/pg-log';
import { deadLetterHeaders } from '../../dispatch/dead-letter-headers.js';
import type { DispatchableDelivery } from '../../dispatch/dispatcher.js';
import type { DeadLetterReason } from '../../errors.js';
import { deadLetterDestination } from '../../transport.js';
import { NO_DATA_HEADER } from './record.js';

/** A row of the log, decoded when asked. */
export class EmbeddedDelivery implements DispatchableDelivery {
  readonly system = 'mesh-log';
  attempt = 1;
  readonly #row: LogRow;
  #event: CloudEvent | undefined;

  constructor(
    row: LogRow,
    readonly group: string,
    readonly signal: AbortSignal,
  ) {
    this.#row = row;
  }

  get source(): string {
    return this.#row.stream;
  }

  get key(): string | null {
    return this.#row.key;
  }

  get routingKey(): string | null {
    return this.#row.routingKey;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#row.headers;
  }

  get body(): Uint8Array {
    return this.#row.body;
  }

  get position(): string {
    return `${this.#row.partition}:${this.#row.position}`;
  }

  get identity(): string {
    return this.position;
  }

  event(): CloudEvent {
    const { headers, body } = this.#row;
    this.#event ??= fromKafka({ headers, value: NO_DATA_HEADER in headers ? null : body });
    return this.#event;
  }

  /** The original key, headers and body, and why they are dead. */
  deadLetter(reason: DeadLetterReason, error: Error): LogEntry {
    const { key, routingKey, headers, body } = this.#row;
    return {
      stream: deadLetterDestination(this.source, this.group),
      key,
      routingKey,
      headers: { ...headers, ...deadLetterHeaders(this, reason, error) },
      body,
    };
  }
}
