import { randomUUID } from 'node:crypto';
import { LogError } from './errors.js';
import { groupStatements, SERVER_STATEMENT } from './group-statements.js';
import type { HeldPartition, Keeper } from './keeper.js';
import type { ClaimedPartition } from './partition-cursor.js';
import type { Session } from './session.js';
import { EMPTY_SNAPSHOT } from './snapshot.js';

export interface GroupKeeperOptions {
  readonly schema: string;
  readonly partitions: number;
  readonly group: string;
  readonly from: 'start' | 'end';
  readonly leaseMs: number;
  /** Tells the group's other readers, here and elsewhere, that partitions or members changed. */
  readonly announce: () => Promise<void>;
  /** Told at each beat how many other members are alive. */
  readonly onOthers: (others: number) => void;
}

interface ClaimRow {
  readonly partition: number;
  readonly fence: string;
  readonly prev: string;
  readonly cur: string | null;
  readonly position: string;
}

/** Shares a group's partitions by leases in the database, each with a fencing token. */
export class GroupKeeper implements Keeper {
  readonly #member = randomUUID();
  readonly #sql: ReturnType<typeof groupStatements>;
  #known = false;

  constructor(
    private readonly session: Session,
    private readonly options: GroupKeeperOptions,
  ) {
    this.#sql = groupStatements(options.schema);
  }

  async join(): Promise<void> {
    const { group, from, partitions, schema } = this.options;
    const [here] = await this.session.query<{ server: string }>({ text: SERVER_STATEMENT });
    const first = from === 'start' ? EMPTY_SNAPSHOT : null;
    await this.#run('create', [group, here?.server, partitions, first]);
    const [stored] = await this.#run<{ server: string }>('server', [group]);
    if (stored?.server !== here?.server) {
      throw new LogError(
        'CURSOR_FOREIGN',
        `The cursor of group "${group}" in log "${schema}" belongs to database ${stored?.server} and this is ${here?.server} (system identifier/oid): the data was restored or copied, so what the cursor has read can't be told here. Reset the group: from "start" it reads everything again, from "end" it skips what is there`,
      );
    }
    await this.#run('forget', [group]);
  }

  async beat(): Promise<number> {
    const { group, leaseMs, partitions } = this.options;
    const alive = await this.#run<{ others: number; before: number }>('beat', [
      ...[group, this.#member, leaseMs],
    ]);
    if (!this.#known) await this.options.announce();
    this.#known = true;
    const { others = 0, before = 0 } = alive[0] ?? {};
    this.options.onOthers(others);
    return shareOf(partitions, { members: others + 1, rank: before });
  }

  async claim(count: number, held: readonly number[]): Promise<readonly ClaimedPartition[]> {
    const { group, leaseMs } = this.options;
    const rows = await this.#run<ClaimRow>('claim', [group, this.#member, leaseMs, count, held]);
    return rows.map(({ partition, fence, prev, cur, position }) => ({
      partition,
      fence,
      point: { prev, cur, position: BigInt(position) },
    }));
  }

  async advance(held: readonly HeldPartition[]): Promise<ReadonlySet<number>> {
    const values = [...this.#held(held), this.options.leaseMs];
    const rows = await this.#run<{ partition: number }>('advance', values);
    return new Set(rows.map(({ partition }) => partition));
  }

  async release(held: readonly HeldPartition[]): Promise<void> {
    await this.#run('release', this.#held(held));
    await this.options.announce();
  }

  async leave(): Promise<void> {
    // From now on any other member is unknown here.
    this.options.onOthers(Infinity);
    await this.#run('leave', [this.options.group, this.#member]);
    await this.options.announce();
  }

  #held(held: readonly HeldPartition[]): unknown[] {
    return [
      this.options.group,
      this.#member,
      held.map(({ partition }) => partition),
      held.map(({ fence }) => fence),
      held.map(({ point }) => point.prev),
      held.map(({ point }) => point.cur),
      held.map(({ point }) => point.position),
    ];
  }

  #run<Row extends object>(name: keyof ReturnType<typeof groupStatements>, values: unknown[]) {
    return this.session.query<Row>({ name: `log-${name}`, text: this.#sql[name], values });
  }
}

/** Shares differ by one at most and add up to all partitions; the first ones are the larger. */
function shareOf(partitions: number, { members, rank }: { members: number; rank: number }): number {
  return Math.floor(partitions / members) + (rank < partitions % members ? 1 : 0);
}
