import type pg from 'pg';
import { Doorbell } from '../doorbell.js';
import { openReader } from '../open-reader.js';
import { PgLog } from '../pg-log.js';
import type { LogReader, ReaderOptions } from '../reader-options.js';
import { connectionOf, Session } from '../session.js';

const PARTITIONS = 16;

/** The statements of a reader that concern the group, by name. */
export type GroupStatement = 'beat' | 'claim' | 'advance' | 'release';

/** Changes the text of statements; one that it does not name stays as it is. */
export type Mutation = Partial<Record<GroupStatement, (text: string) => string>>;

/** A log whose readers keep their leases and cursors by statements with a defect; for suites that must see it. */
export class MutantLog {
  readonly #log: PgLog;
  readonly #control: Session;
  readonly #doorbell: Doorbell;

  constructor(
    private readonly pool: pg.Pool,
    private readonly schema: string,
    mutation: Mutation,
  ) {
    this.#log = new PgLog({ pool, schema, partitions: PARTITIONS });
    this.#control = new MutantSession(
      connectionOf(pool, '-c synchronous_commit=off'),
      (client) => this.#doorbell.listen(client),
      () => this.#doorbell.lost(),
    ).mutate(mutation);
    this.#doorbell = new Doorbell(schema, this.#control);
  }

  /** As {@link PgLog.install}; without the defect. */
  install(): Promise<void> {
    return this.#log.install();
  }

  /** As {@link PgLog.append}; without the defect. */
  append(...args: Parameters<PgLog['append']>): Promise<void> {
    return this.#log.append(...args);
  }

  /** Rings for readers of this object, and tells those of other processes. */
  wake(streams?: readonly string[]): void {
    this.#doorbell.ring(streams);
  }

  /** A reader as {@link PgLog.reader} gives it, with the defect in its statements. */
  reader(options: ReaderOptions): LogReader {
    return openReader(options, {
      ...{ schema: this.schema, partitions: PARTITIONS, pool: this.pool, singleGroup: false },
      ...{ control: this.#control, doorbell: this.#doorbell },
    });
  }

  /** Ends its connections, once its readers are closed. */
  async close(): Promise<void> {
    await this.#doorbell.stop();
    await this.#control.close();
    await this.#log.close();
  }
}

class MutantSession extends Session {
  #mutation: Mutation = {};

  mutate(mutation: Mutation): this {
    this.#mutation = mutation;
    return this;
  }

  override query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<Row[]> {
    const change = this.#mutation[query.name?.replace('log-', '') as GroupStatement];
    if (change === undefined) return super.query(query);
    const text = change(query.text);
    if (text === query.text) throw new Error(`The mutation of ${query.name} changes nothing`);
    return super.query({ ...query, text });
  }
}
