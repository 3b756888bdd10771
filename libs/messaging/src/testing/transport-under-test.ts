import type { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import type {
  DeliveryHandler,
  Features,
  RawHeaders,
  SubscribeOptions,
  Transport,
} from '../index.js';

/** A message as a stranger's client would write or read it. */
export interface RawMessage {
  readonly key: string | null;
  /**
   * Also `content-type`, wherever the broker keeps it. Bytes are no UTF-8; a broker whose headers are
   * text has what becomes of them as text.
   */
  readonly headers: Readonly<Record<string, string | Uint8Array>>;
  /** Null for a tombstone; empty where the broker knows no difference. */
  readonly body: Uint8Array | null;
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
  /** A consumer in a process of its own; where it is missing no rule lets one die. */
  mortal?(): Promise<MortalConsumer>;
  /** Starts a server that one rule has for itself, to stop, kill and block; the suite stops it. */
  ownServer?(): Promise<OwnServer>;
}

/** Hands over as a transport does, until it dies as a process does. */
export interface MortalConsumer {
  /** Fulfilled when deliveries can arrive. At most once. */
  subscribe(options: SubscribeOptions, handler: DeliveryHandler): Promise<void>;
  /** By SIGKILL: nothing is finished, acked or said to the broker any more. Idempotent. */
  die(): Promise<void>;
}

/** A server that rules have for themselves, one after the other: nobody else is hit when it goes away. */
export interface OwnServer {
  /** A new transport on this server; the suite closes it. Works again after `restart` and `kill`. */
  open(): Promise<Transport>;
  /** Between the transports and the server; healed by `stop`. The double in memory has none. */
  readonly network?: TcpProxy;
  /** Fulfilled when what was declared so far survives SIGKILL; the broker may have confirmed it earlier. */
  synced(): Promise<void>;
  /** Stopped as an operator does, then started again on the same address and data; fulfilled when it answers. */
  restart(): Promise<void>;
  /** SIGKILL, then started again on the same address and data; fulfilled when it answers. */
  kill(): Promise<void>;
  /** Ways to make it hold or refuse every write, by name; the result of one lets it go on. */
  readonly blocks: Readonly<Record<string, () => Promise<() => Promise<void>>>>;
  /** The rule is done with it. Idempotent. */
  stop(): Promise<void>;
}
