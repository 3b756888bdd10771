import type { Features, RawHeaders, Transport } from '../index.js';

/** A message as a stranger's client would write or read it. */
export interface RawMessage {
  readonly key: string | null;
  /** Also `content-type`, wherever the broker keeps it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A dead letter as it lies in its channel. */
export interface RawRecord {
  readonly key: string | null;
  readonly headers: RawHeaders;
  readonly body: Uint8Array;
}

/** What the suite needs to know of a transport; each adapter gives one, over its real server. */
export interface TransportUnderTest {
  /** For the titles. */
  readonly name: string;
  readonly features: Features;
  /** A new transport on the server; the suite closes it. */
  open(): Promise<Transport>;
  /** Puts a message into a declared destination with no help of the transport. */
  inject(destination: string, message: RawMessage): Promise<void>;
  /** Waits until the dead letters of a group are at least so many, and gives them all. */
  readDeadLetters(source: string, group: string, atLeast: number): Promise<readonly RawRecord[]>;
}
