import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, type Inject } from './injecting.js';
import { meshCommand, meshProcess } from './mesh-command.js';

interface Letter {
  readonly name: string;
  readonly eventType: string;
  readonly key: string | null;
  readonly unread: boolean;
}

const NOT_AN_EVENT = Buffer.from([0xff, 0xfe, 0x00, 0x80]);

const readers = [
  { stream: 'mesh.order.v1', group: 'inventory' },
  { stream: 'mesh.order.v1', group: 'notifications' },
  { stream: 'mesh.inventory.v1', group: 'order' },
];

/** Dead letters as an operator meets them, through the command; where its process matters, in one of its own. */
export function deadLetterCases(running: () => Mesh, inject: Inject): void {
  let customer: Customer;
  beforeAll(async () => {
    customer = await Customer.signIn(running().url);
    const operator = await Customer.signIn(running().url, { roles: ['operator'] });
    await operator.setStock('MUG-BLUE', 500);
  });

  const letters = (...args: string[]) => meshCommand(running().dir, 'dead-letters', ...args);
  const lettersAlone = (...args: string[]) => meshProcess(running().dir, 'dead-letters', ...args);
  const list = async (...args: string[]) =>
    JSON.parse((await letters('list', '--json', ...args)).out) as Letter[];
  const listed = (count: number, ...args: string[]) =>
    eventually(
      `${count} dead letters of ${args.join(' ')}`,
      async () => {
        const found = await list(...args);
        return found.length === count && found;
      },
      { withinMs: 60_000 },
    );
  const becomes = (orderId: string, status: string) =>
    eventually(
      `${orderId} is ${status}`,
      async () => (await customer.order(orderId)).status === status,
      { withinMs: 60_000, explain: () => running().output.slice(-4000) },
    );
  /** On a slow machine the reservation may have run out of time before its redrive. */
  const decided = (orderId: string) =>
    eventually(
      `${orderId} is decided`,
      async () => (await customer.order(orderId)).status !== 'PLACED',
      { withinMs: 60_000, explain: () => running().output.slice(-4000) },
    );
  const expectAnOrderToPass = async () =>
    becomes((await customer.place('MUG-BLUE', 1)).orderId, 'CONFIRMED');

  it.each(readers)(
    'given bytes and an unknown type on $stream, when $group reads them, then both are listed with the reason and the next order passes',
    async ({ stream, group }) => {
      const key = randomUUID();
      const named = { ce_specversion: '1.0', ce_id: key, ce_source: '/stranger' };
      await inject([
        { stream, key, body: NOT_AN_EVENT },
        {
          stream,
          key,
          body: NOT_AN_EVENT,
          headers: { ...named, ce_type: 'mesh.order.v2.OrderPlaced' },
        },
      ]);
      const found = await listed(2, '--group', group, '--key', key, '--reason', 'undecodable');
      expect(found.map(({ unread, eventType }) => [unread, eventType])).toEqual([
        [true, ''],
        [false, 'mesh.order.v2.OrderPlaced'],
      ]);
      await expectAnOrderToPass();
    },
  );

  it('given bytes for the e-mail queue, then they are looked at, exported, tried again in vain and discarded', async () => {
    await inject([
      {
        stream: 'mesh.notifications',
        key: null,
        routingKey: 'email.order_placed',
        body: NOT_AN_EVENT,
      },
    ]);
    const which = ['--group', 'notifications.email', '--reason', 'undecodable'];
    const [letter] = await listed(1, ...which);
    const { out: shown } = await letters('show', letter!.name);
    expect(shown).toContain('none that could be read; a redrive reads it again');
    expect(shown).toContain('best guess: binary of no known form');
    expect(shown).toContain('00000000  ff fe 00 80');

    const folder = mkdtempSync(join(tmpdir(), 'mesh-export-'));
    const file = join(folder, 'letters.jsonl');
    expect(await letters('export', ...which, '--out', file)).toMatchObject({ code: 0 });
    const exported = JSON.parse(readFileSync(file, 'utf8')) as { body: string };
    expect(Buffer.from(exported.body, 'base64')).toEqual(NOT_AN_EVENT);
    rmSync(folder, { recursive: true });

    const vain = await letters('redrive', ...which, '--yes');
    expect(vain).toMatchObject({ code: 1, out: expect.stringContaining('Redriven: 0, left: 1') });
    expect(vain.err).toContain(
      `Passed over 1 that still can not be read, such as ${letter!.name}: CloudEvents attribute`,
    );
    expect(await letters('discard', letter!.name, '--yes')).toMatchObject({
      ...{ code: 0, out: expect.stringContaining('Discarded: 1') },
    });
    const { out: audit } = await letters('audit', letter!.name);
    expect(audit).toMatch(/discard.*done\n.*redrive.*failed/s);
    await expectAnOrderToPass();
  });

  describe('a poisonous event', () => {
    const shelf = (text: string) => alterInventory(running(), `alter table reservations ${text}`);
    const six = async () => (await customer.place('MUG-BLUE', 6)).orderId;

    it('given a broken version, then its key is parked; looked at, fixed, redriven, the order is decided, and all of it is in the audit', async () => {
      await shelf('add constraint small_orders check (5 > all (quantities)) not valid');
      const orderId = await six();
      const [letter] = await listed(1, '--service', 'inventory', '--key', orderId);
      expect((await letters('show', letter!.name)).out).toContain(
        'best guess: mesh.order.v1.OrderPlaced, by its schema',
      );
      const redrive = ['redrive', '--service', 'inventory', '--key', orderId];
      expect(await letters(...redrive, '--yes')).toMatchObject({
        code: 1,
        err: expect.stringContaining('violates check constraint "small_orders"'),
      });
      await shelf('drop constraint small_orders');
      expect((await letters(...redrive, '--dry-run')).out).toContain('Nothing was changed.');
      expect(await lettersAlone(...redrive)).toMatchObject({
        code: 2,
        err: expect.stringContaining(
          'Nobody is here to ask: add --yes, or --dry-run to look first',
        ),
      });
      expect(await letters(...redrive, '--yes')).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^Redriven: \d+$/m),
      });
      await decided(orderId);
      const { out: audit } = await letters('audit', letter!.name);
      expect(audit).toMatch(/operator:\S+ +redrive .*done\n.*redrive .*failed/s);
    });

    it('given two operators who redrive the same, then each event is redriven once', async () => {
      await shelf('add constraint small_orders check (5 > all (quantities)) not valid');
      const orders = [await six(), await six(), await six()];
      const which = ['--service', 'inventory', '--type', 'mesh.order.v1.OrderPlaced'];
      await listed(3, ...which);
      await shelf('drop constraint small_orders');
      const redrive = () => lettersAlone('redrive', ...which, '--yes');
      const both = await Promise.all([redrive(), redrive()]);
      const sum = both
        .map(({ out }) => Number(/^Redriven: (\d+)/m.exec(out)?.[1] ?? 0))
        .reduce((one, other) => one + other);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(sum).toBe(3);
      for (const orderId of orders) await decided(orderId);
    });
  });

  it.each([
    [['list', '--service', 'nobody'], 2, 'There is no service "nobody"; there are '],
    [
      ['list', '--reason', 'tired'],
      2,
      '--reason: expected max-attempts, rejected, expired, overflow, undecodable, gap; got "tired"',
    ],
    [
      ['list', '--older-than', 'soon'],
      2,
      '--older-than: expected a duration such as 30s, 15m, 2h or 7d; got "soon"',
    ],
    [['list', '--colour', 'blue'], 2, "Unknown option '--colour'"],
    [['redrive'], 2, 'redrive which? Name some, give a filter, or say --all'],
    [['show', 'inventory/999999'], 1, 'There is no dead letter inventory/999999'],
    [['redrive', 'inventory/999999', '--yes'], 1, 'There is no dead letter inventory/999999'],
    [['explain'], 2, 'There is no command "explain" of dead-letters. See npm run mesh'],
  ])('given %j, then says what is wrong', async (args, code, says) => {
    const result = await letters(...args);
    expect(result).toMatchObject({ code, out: '', err: expect.stringContaining(says) });
  });

  it('given no mesh, then says so', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'mesh-none-'));
    const { code, err } = await meshProcess(empty, 'dead-letters', 'list');
    rmSync(empty, { recursive: true });
    expect([code, err]).toEqual([1, expect.stringContaining('No mesh runs here')]);
  });
}

/** What a migration that went wrong does to inventory's database, and the one that mends it. */
async function alterInventory(mesh: Mesh, statement: string): Promise<void> {
  const client = new pg.Client(environmentOf(mesh, 'inventory')['DATABASE_URL']);
  await client.connect();
  await client.query(statement);
  await client.end();
}
