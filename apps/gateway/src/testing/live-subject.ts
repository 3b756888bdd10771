import type { LiveSession, LiveSessionOptions } from '../use-cases/live-session.js';
import type { History, Snapshots } from '../use-cases/history.js';

/** History, and snapshots in its place. */
export type Readable = History & Snapshots;

/** What a socket needs of a session. */
export type Session = Pick<
  LiveSession,
  'caller' | 'subscribe' | 'subscribeFeed' | 'unsubscribe' | 'unsubscribeFeed' | 'receive' | 'close'
>;

/** What is held to the rules of live updates: the sessions of a gateway, and how they share reads. */
export interface LiveSubject {
  readonly name: string;
  open(options: LiveSessionOptions): Session;
  /** What the sessions of one process read. */
  history(store: Readable): Readable;
}
