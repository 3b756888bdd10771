import type { Kysely, Transaction } from 'kysely';
import { OrderPlaced } from '@mesh/contracts/catalog/order';
import {
  handleOnce,
  installDeadLetters,
  installInbox,
  inTransaction,
  Outbox,
  outboxLog,
  Relay,
} from '@mesh/outbox';
import type { Transport } from '@mesh/messaging';
import { Kysely as Database, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { placedOrder } from './sample-events.js';

/** Events of one append: what a busy service commits together. */
const TOGETHER = 20;
const GROUP = 'bench.flow';

interface Tables {
  effect: { event_id: string; order_id: string };
}

/** One service with everything on the way of an event: append, relay, transport, inbox, effect. */
export class Flow {
  handled = 0;
  appended = 0;
  #closing: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly pool: pg.Pool,
    private readonly db: Kysely<Tables>,
    private readonly outbox: Outbox,
  ) {}

  static async open(pool: pg.Pool, transport: Transport): Promise<Flow> {
    const db = new Database<Tables>({ dialect: new PostgresDialect({ pool }) });
    const log = outboxLog({ pool, singleGroup: true });
    await log.install();
    await installDeadLetters(pool);
    await installInbox(pool);
    await pool.query('create table effect (event_id text not null, order_id text not null)');
    const source = OrderPlaced.stream.name;
    await transport.declare([source]);
    const flow = new Flow(pool, db, new Outbox({ log, source: '/bench' }));
    const subscription = await transport.subscribe({ source, group: GROUP }, async (delivery) => {
      const { source, id, subject = '' } = delivery.event();
      await db
        .transaction()
        .execute((tx) =>
          handleOnce(tx, { group: GROUP, source, id }, () =>
            tx.insertInto('effect').values({ event_id: id, order_id: subject }).execute(),
          ),
        );
      flow.handled += 1;
    });
    const relay = new Relay({ log, pool, publishers: () => transport.publisher() });
    await relay.start();
    flow.#closing = [() => subscription.close(), () => relay.stop(), () => log.close()];
    return flow;
  }

  /** Commits so many events, some at a time. */
  async append(count: number): Promise<void> {
    for (let left = count; left > 0; left -= TOGETHER) {
      const orders = Array.from({ length: Math.min(left, TOGETHER) }, () =>
        OrderPlaced.with(placedOrder()),
      );
      await inTransaction(this.db, this.outbox, (tx: Transaction<Tables>) =>
        this.outbox.appendAll(tx, orders),
      );
      this.appended += orders.length;
    }
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
  }
}
