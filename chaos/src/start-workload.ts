import { setTimeout as sleep } from 'node:timers/promises';
import { collectEvidence } from './evidence/collect.js';
import { findInFlight } from './evidence/in-flight.js';
import { openServers, type Servers } from './evidence/servers.js';
import { Client } from './load/client.js';
import { Load } from './load/load.js';
import type { ChaosMesh } from './mesh/chaos-mesh.js';
import { writeHistory } from './verdict/history.js';
import { judge } from './verdict/judge.js';
import { verdictOf } from './verdict/verdict.js';
import { Watchers } from './watchers/watchers.js';
import type { StartWorkload, Verdict, Workload } from './workload.js';

/** Longer than an order may wait for its reservation, and than a dead member keeps its share. */
const QUIET_WITHIN_MS = 120_000;
const MOST_HISTORIES = 10;

/** Customers, an operator and browsers at work on a mesh; in the end everything is judged that is left of it. */
export function workloadOf({ shoppers: count = 8 }: { readonly shoppers?: number }): StartWorkload {
  return (options) => startWorkload(count, options);
}

async function startWorkload(
  count: number,
  { mesh, random, say, reportDir }: Parameters<StartWorkload>[0],
): Promise<Workload> {
  const { gateways } = mesh;
  const watchers = new Watchers(gateways, random.fork('watchers'));
  const shoppers = Array.from({ length: count }, (_, index) => {
    const customerId = `shopper-${index + 1}`;
    return new Client(gateways, customerId, [], random.fork(`gateways of ${customerId}`));
  });
  const signal = AbortSignal.timeout(60_000);
  const tokens = new Map<Client, string>();
  for (const shopper of shoppers) tokens.set(shopper, await shopper.token(signal));
  await Promise.all(
    shoppers.map((one) => watchers.followAll(one.customerId, tokens.get(one) ?? '')),
  );
  const load = new Load({
    ...{ gateways, shoppers, random: random.fork('load') },
    onOrder: (shopper, orderId) =>
      watchers.follow(shopper.customerId, tokens.get(shopper) ?? '', orderId),
  });
  let servers: Servers | undefined;
  return {
    progress: () => ({ orders: load.orders, words: progressOf(load, watchers) }),
    finish: () => load.finish(),
    judge: async () => {
      servers = await openServers(mesh);
      return judgeRun({ mesh, load, watchers, servers, say, reportDir });
    },
    close: async () => {
      await Promise.all([load.close(), watchers.close()]);
      await servers?.close();
    },
  };
}

function progressOf(load: Load, watchers: Watchers): string {
  const { cancels, sets, unknown } = load.counts();
  const { seen, connections } = watchers.counts();
  return `cancels ${cancels}, stock changes ${sets}, without an answer ${unknown}, updates seen ${seen} over ${connections} connections`;
}

async function judgeRun({
  mesh,
  load,
  watchers,
  servers,
  say,
  reportDir,
}: {
  readonly mesh: ChaosMesh;
  readonly load: Load;
  readonly watchers: Watchers;
  readonly servers: Servers;
  readonly say: (line: string) => void;
  readonly reportDir: string;
}): Promise<Verdict> {
  const inFlight = await untilQuiet(
    () => findInFlight(mesh, servers, () => watchers.sightings()),
    say,
  );
  const known = { commands: load.commands(), sightings: watchers.sightings(), inFlight };
  const evidence = await collectEvidence(mesh, servers, known);
  const findings = judge(evidence);
  const files = new Map<string, string>();
  for (const { key } of findings) {
    if (files.has(key) || files.size >= MOST_HISTORIES) continue;
    files.set(
      key,
      writeHistory(key, findings, { evidence, logFiles: mesh.logFiles(), dir: reportDir }),
    );
  }
  return verdictOf(evidence, findings, (key) => files.get(key));
}

/** Fulfilled with nothing when the mesh has come to rest, or with what has not. */
async function untilQuiet(
  look: () => Promise<readonly string[]>,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const began = performance.now();
  let saidAt = began;
  for (;;) {
    // While a server comes back the look itself fails: then it is not quiet.
    const found = await look().catch((error: Error) => [`can't be told: ${error.message}`]);
    const now = performance.now();
    if (found.length === 0 || now - began > QUIET_WITHIN_MS) return found;
    if (now - saidAt > 5_000) {
      say(`Waiting for quiet: ${found.slice(0, 3).join('; ')}${found.length > 3 ? '; …' : ''}`);
      saidAt = now;
    }
    await sleep(250);
  }
}
