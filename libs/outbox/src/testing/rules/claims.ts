import { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import { Gate } from '../gate.js';
import type { RelayRule } from '../relay-rule.js';
import type { RelayRun } from '../relay-run.js';
import type { RelaySetting } from '../relay-setting.js';
import { verdictOf } from '../relay-verdict.js';

const LEASE_MS = 1000;
const KEYS = 20;

export const replicasNeverShareAKey: RelayRule = {
  number: 21,
  title: 'replicas that come and go: never two with a key, no gap, no overlap',
  deadlineMs: 150_000,
  async check(run) {
    const setting = await run.open();
    const { publisher } = setting;
    const replica = async () => {
      const { store } = await run.open(setting.url);
      return store.start({ publisher });
    };
    const members = [await replica(), await replica()];
    const committed = new Map<string, number>();
    const rounds = run.count({ light: 20, heavy: 200 });
    for (let round = 1; round <= rounds; round += 1) {
      await commitOneEach(setting, committed);
      if (round % 8 === 4) members.push(await replica());
      if (round % 8 === 0) await members.shift()?.stop();
    }
    await published(run, setting, committed);
    await Promise.all(members.map((member) => member.stop()));
    const { doubled, disordered } = verdictOf(publisher.versions(), committed);
    const shared = new Set(publisher.shared);
    run.judge.require(shared.size === 0, `${shared.size} keys were with two relays at once`);
    run.judge.require(disordered === 0, `${disordered} events came after a later one of their key`);
    run.judge.require(doubled === 0, `${doubled} events were published again`);
  },
};

export const lostClaimCannotMark: RelayRule = {
  number: 21,
  title: 'a relay that lost its claim can not mark',
  deadlineMs: 150_000,
  async check(run) {
    const setting = await run.open();
    const { publisher } = setting;
    const committed = new Map<string, number>();
    await commitOneEach(setting, committed);
    const { cutOff, gate } = await relayBehindProxy(run, setting);
    await run.judge.until(
      () => gate.calls > 0,
      () => 'the first relay publishes nothing',
    );
    cutOff.hold();
    // It has its confirmations now, and wants to mark them.
    gate.open();
    const successor = await setting.store.start({ publisher, leaseMs: LEASE_MS });
    await commitOneEach(setting, committed);
    await published(run, setting, committed);
    await marked(run, successor);
    await successor.stop();
    const before = publisher.published.length;

    await cutOff.heal();
    await commitOneEach(setting, committed);
    await published(run, setting, committed);
    const again = publisher.published.length - before - KEYS;
    run.judge.require(again === 0, `it went back to its own mark: ${again} events came again`);
    const third = await run.relay(setting);
    await marked(run, third);
    const late = publisher.published.length - before - KEYS;
    run.judge.require(late === 0, `it left its own mark: ${late} events came again`);
  },
};

/** A replica whose way to PostgreSQL can be held, and whose publishes wait for a gate. */
async function relayBehindProxy(run: RelayRun, { url, publisher }: RelaySetting) {
  const behind = new URL(url);
  const cutOff = await TcpProxy.open({ port: Number(behind.port) });
  run.atEnd(() => cutOff.close());
  behind.port = String(cutOff.port);
  const replica = await run.open(behind.href);
  const gate = new Gate(publisher);
  await run.relay(replica, { publisher: gate, leaseMs: LEASE_MS, pollMs: 100 });
  return { cutOff, gate };
}

async function commitOneEach(setting: RelaySetting, committed: Map<string, number>) {
  for (let key = 0; key < KEYS; key += 1) {
    const gauge = `gauge-${key}`;
    committed.set(gauge, await setting.commitChange(gauge));
  }
}

async function published(
  run: RelayRun,
  { publisher }: RelaySetting,
  committed: ReadonlyMap<string, number>,
): Promise<void> {
  const lost = () => verdictOf(publisher.versions(), committed).lost;
  await run.judge.until(
    () => lost() === 0,
    () => `${lost()} events were not published`,
  );
}

/** Nothing is left to publish, by the store's own account. */
async function marked(run: RelayRun, relay: { backlog(): Promise<{ depth: number }> }) {
  await run.judge.until(
    async () => (await relay.backlog()).depth === 0,
    () => 'what was published is not marked',
  );
}
