import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { announcedStreams, PendingStreams } from './pending-streams.js';
import type { Session } from './session.js';

/** Notifications closer together than this become one: at most 500 a second, and at most 2 ms later. */
const COALESCE_MS = 2;

export interface Listener {
  /** Something may have been committed, in these streams or in any. */
  onAppended(streams: readonly string[] | undefined): void;
  /** Readers of this group came or went. */
  onMembers(group: string): void;
  /** The log's shared connection broke. */
  onConnectionLost(): void;
}

/**
 * Wakes the readers of a log: those of this process at once, those of others by NOTIFY. NOTIFY
 * is not part of an append: it would make all commits of the server wait for each other.
 */
export class Doorbell {
  /** Nobody in another process listens for what is appended: it is not announced. */
  unheard = false;
  readonly #listeners = new Set<Listener>();
  /** In the payload, so that a process does not wake itself twice. */
  readonly #self = randomUUID();
  readonly #pending = new PendingStreams();
  #sending = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channel: string,
    private readonly session: Session,
  ) {}

  /** Runs on every new connection of the session. */
  async listen(client: pg.Client): Promise<void> {
    client.on('notification', ({ payload = '' }) => this.#heard(payload));
    await client.query(`listen "${this.channel}"`);
    for (const listener of this.#listeners) listener.onAppended(undefined);
  }

  /** The session's connection broke. */
  lost(): void {
    for (const listener of this.#listeners) listener.onConnectionLost();
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** Wakes every reader of these streams, or of any. Cheap enough to be called after every commit. */
  ring(streams?: readonly string[]): void {
    this.ringHere(streams);
    if (this.unheard) return;
    this.#pending.add(streams);
    if (!this.#sending) void this.#send();
  }

  /** Wakes the readers of this process. */
  ringHere(streams: readonly string[] | undefined): void {
    for (const listener of this.#listeners) listener.onAppended(streams);
  }

  /**
   * The statement that wakes the readers of other processes, to be sent right behind the commit on
   * the same connection; then {@link ringHere} is left to do. Undefined when {@link ring} is to be
   * called after the commit: nobody listens, or somebody was told a moment ago.
   */
  announcement(streams: readonly string[]): pg.QueryConfig | undefined {
    if (this.unheard || this.#sending) return undefined;
    this.#pending.add(streams);
    this.#sending = true;
    this.#restLater();
    // Its commit has nothing to lose, so that it does not wait for the disk.
    const text = `select pg_notify($1, $2) where set_config('synchronous_commit', 'off', true) = 'off'`;
    return { name: 'log-announce', text, values: [this.channel, this.#appended()] };
  }

  /** Tells all readers of a group, those of this process too, that its members or partitions changed. */
  async announce(group: string): Promise<void> {
    await this.#notify(`members ${group}`);
  }

  /** Sends what was not sent yet. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#pending.isEmpty) await this.#send();
    clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    this.#sending = true;
    // Lost notifications are what the readers' poll is for.
    await this.#notify(this.#appended()).catch(() => undefined);
    this.#restLater();
  }

  #restLater(): void {
    this.#timer = setTimeout(() => {
      this.#sending = false;
      if (!this.#pending.isEmpty) void this.#send();
    }, COALESCE_MS);
    this.#timer.unref();
  }

  #appended(): string {
    return `appended ${this.#self}${this.#pending.take()}`;
  }

  async #notify(payload: string): Promise<void> {
    const text = 'select pg_notify($1, $2)';
    await this.session.query({ name: 'log-notify', text, values: [this.channel, payload] });
  }

  #heard(payload: string): void {
    const [kind, ...rest] = payload.split(' ');
    const subject = rest.join(' ');
    for (const listener of this.#listeners) {
      if (kind === 'members') listener.onMembers(subject);
      else if (rest[0] !== this.#self) listener.onAppended(announcedStreams(rest.slice(1)));
    }
  }
}
