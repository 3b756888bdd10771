import { connectivityState as State, type ChannelInterface } from '@grpc/grpc-js';

/** Longer than two tries to connect at the longest pause between them. */
const patienceMs = 1_500;

/**
 * Tells calls that failed because their channel just lost its last connection when to be repeated. A service
 * whose replicas are replaced is connected again within that time; one that is gone for longer is away, and
 * calls of it fail at once.
 */
export class LostConnection {
  #lostAt = -Infinity;

  constructor(private readonly channel: ChannelInterface) {
    this.#follow(channel.getConnectivityState(false));
  }

  /**
   * Fulfilled when the channel is connected, at the latest 1.5 s after it lost its connection and at `deadline`
   * (ms since the epoch); it may be not connected then. Undefined when it lost none in that time.
   */
  back(deadline: number): Promise<void> | undefined {
    const until = Math.min(this.#lostAt + patienceMs, deadline);
    return Date.now() < until ? this.#connected(until) : undefined;
  }

  #follow(state: State): void {
    if (state === State.SHUTDOWN) return;
    this.channel.watchConnectivityState(state, Infinity, () => {
      if (state === State.READY) this.#lostAt = Date.now();
      this.#follow(this.channel.getConnectivityState(false));
    });
  }

  #connected(until: number): Promise<void> {
    return new Promise((done) => {
      const look = (late?: Error) => {
        const state = this.channel.getConnectivityState(true);
        if (late || state === State.READY || state === State.SHUTDOWN) done();
        else this.channel.watchConnectivityState(state, until, look);
      };
      look();
    });
  }
}
