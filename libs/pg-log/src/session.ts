import pg from 'pg';

/**
 * A connection of its own that comes back: when it breaks, the statements that were asked for until
 * then fail, and the next one connects anew.
 */
export class Session {
  #client: Promise<pg.Client> | undefined;
  #closed = false;
  /** Statements run one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** How often the connection was lost. */
  #losses = 0;

  constructor(
    private readonly options: pg.ClientConfig,
    /** Runs on every new connection, before anything else. */
    private readonly prepare: (client: pg.Client) => Promise<void> = async () => {},
    /** Told when the connection is lost. */
    private readonly onLost: () => void = () => {},
  ) {}

  query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<Row[]> {
    const losses = this.#losses;
    const answer = this.#turn.then(() => {
      if (losses !== this.#losses)
        throw new Error('The connection was lost before the statement ran');
      return this.#run<Row>(query);
    });
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  /** Ends in bounded time. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#client;
    this.#client = undefined;
    const client = await opening?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  async #run<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<Row[]> {
    if (this.#closed) throw new Error('The connection is closed');
    const opening = (this.#client ??= this.#open());
    let client: pg.Client;
    try {
      client = await opening;
    } catch (error) {
      if (this.#client === opening) this.#client = undefined;
      throw error;
    }
    try {
      return (await client.query<Row>(query)).rows;
    } catch (error) {
      if (!isStatementError(error)) this.#drop(opening, client);
      throw error;
    }
  }

  async #open(): Promise<pg.Client> {
    const client = new pg.Client({
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: 60_000,
      ...this.options,
    });
    client.on('error', () => this.#drop(opening, client));
    const opening = (async () => {
      try {
        await client.connect();
        await this.prepare(client);
        return client;
      } catch (error) {
        client.end().catch(() => undefined);
        throw error;
      }
    })();
    return opening;
  }

  #drop(opening: Promise<pg.Client>, client: pg.Client): void {
    client.end().catch(() => undefined);
    if (this.#client !== opening) return;
    this.#client = undefined;
    this.#losses += 1;
    if (!this.#closed) this.onLost();
  }
}

/** How a pool's connections are made, with session settings added; the pool hides its password from a spread. */
export function connectionOf({ options }: pg.Pool, settings: string): pg.ClientConfig {
  const { password, ssl } = options;
  return { ...options, password, ssl, options: `${options.options ?? ''} ${settings}`.trim() };
}

/** The server answered that this statement failed, and the connection lives on. */
function isStatementError(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}
