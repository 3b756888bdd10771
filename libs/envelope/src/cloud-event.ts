/** The value of a CloudEvents extension: String, Boolean or Integer of the type system. */
export type ExtensionValue = string | number | boolean;

/**
 * A CloudEvents 1.0 event whose data stays bytes: encoding and decoding data is the caller's.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Unique together with `source`; the inbox knows an event by it. */
  readonly id: string;
  /** URI reference of the producer, such as `/job`. */
  readonly source: string;
  /** Such as `mesh.probe.v1.JobPlaced`. */
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339. */
  readonly time?: string;
  /** Media type of `data`, such as `application/protobuf`. */
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** By lower-case name: `partitionkey`, `sequence`, `traceparent`, `tracestate`, `correlationid`, `causationid`, … */
  readonly extensions: Readonly<Record<string, ExtensionValue>>;
  /** Undefined when the event carries no data. */
  readonly data?: Uint8Array;
}
