import type { Caller } from '../domain/caller.js';
import type { LiveHub } from './live-hub.js';
import type { LiveClient } from './live-protocol.js';
import { LiveSession, type LiveSessionOptions } from './live-session.js';

/** Opens the session of each connected client, and has it told what is announced until it is closed. */
export class LiveSessions {
  readonly #hub: LiveHub;
  readonly #options: Omit<LiveSessionOptions, 'caller' | 'client'>;

  constructor(hub: LiveHub, options: Omit<LiveSessionOptions, 'caller' | 'client'>) {
    this.#hub = hub;
    this.#options = options;
  }

  open(caller: Caller, client: LiveClient): LiveSession {
    const session = new LiveSession({ ...this.#options, caller, client });
    this.#hub.join(session);
    return session;
  }

  close(session: LiveSession): void {
    this.#hub.leave(session);
    session.close();
  }
}
