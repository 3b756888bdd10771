import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** What ts-proto generates for a message; the part that an event needs. */
export interface MessageCodec<Data> {
  /** Begins the binary form; `finish()` of the result gives its bytes. */
  encode(message: Data): BinaryWriter;
  /**
   * Reads the binary form; fields that this code does not know are left out.
   * @throws Error when the bytes are no Protobuf message
   */
  decode(input: BinaryReader | Uint8Array): Data;
  /** Reads the JSON form of Protobuf; what is missing has its default. */
  fromJSON(object: unknown): Data;
  /** The JSON form of Protobuf: names in camelCase, times as RFC 3339, bytes as base64. */
  toJSON(message: Data): unknown;
}

/**
 * Where events of one kind go. `log`: facts for any number of groups, in order by key (Kafka in the
 * brokers profile). `work`: something that someone must do, routed by key (AMQP in the brokers profile).
 */
export interface Stream {
  /** Kafka topic, AMQP exchange or embedded stream; the name ends in the version where it is a log. */
  readonly name: string;
  readonly kind: 'log' | 'work';
}

/** An event to be appended, whatever its type: made by {@link EventDefinition.with}. */
export interface NewEvent {
  readonly definition: EventDefinition;
  readonly data: unknown;
}

/**
 * One line of the catalog. Its private field makes the type nominal: nothing but a line of
 * `catalog/` can be appended, published or handled.
 */
export class EventDefinition<Data = unknown> {
  readonly #catalogued = true;

  constructor(
    /** CloudEvents `type`: the full name of the Protobuf message. */
    readonly type: string,
    readonly stream: Stream,
    readonly schema: MessageCodec<Data>,
    /** The aggregate's id: CloudEvents `partitionkey` and `subject`, and the Kafka message key. */
    readonly key: (data: Data) => string,
    /** The routing key on a `work` stream; on a `log` the type. */
    readonly route?: (data: Data) => string,
  ) {
    Object.freeze(this);
  }

  /** CloudEvents `dataschema`: a URI with a scheme, as the specification asks. */
  get dataschema(): string {
    return `https://type.googleapis.com/${this.type}`;
  }

  /** This event with its data: for those who append events of several types at once. */
  with(data: Data): NewEvent {
    return { definition: this as unknown as EventDefinition, data };
  }

  /** Whether this was made by a line of the catalog, and not by something that looks like one. */
  static isCatalogued(value: unknown): value is EventDefinition {
    return typeof value === 'object' && value !== null && #catalogued in value;
  }
}
