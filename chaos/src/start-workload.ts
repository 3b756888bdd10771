import { setTimeout as sleep } from 'node:timers/promises';
import { collectEvidence } from './evidence/collect.js';
import { EarlyLook } from './evidence/early-look.js';
import { findInFlight } from './evidence/in-flight.js';
import { openServers, type Servers } from './evidence/servers.js';
import { Client } from './load/client.js';
import { Load } from './load/load.js';
import type { ChaosMesh } from './mesh/chaos-mesh.js';
import { counted, giveWay, telling } from './telling.js';
import type { Finding } from './verdict/finding.js';
import { writeHistories } from './verdict/history.js';
import { judgeInTurns } from './verdict/judge.js';
import { fewOfEach, verdictOf } from './verdict/verdict.js';
import { Watchers } from './watchers/watchers.js';
import type { StartWorkload, Verdict, Workload } from './workload.js';

/** Without less being in flight; longer than an order may wait for its reservation, and than a dead member keeps its share. */
const STILL_MS = 120_000;
const RECOVERY_MS = 120_000;
/** A mesh that is at work for so long after the last fault has not come to rest. */
const QUIET_WITHIN_MS = 1_200_000;

/** Customers, an operator and browsers at work on a mesh; in the end everything is judged that is left of it. */
export function workloadOf({ shoppers: count = 8 }: { readonly shoppers?: number }): StartWorkload {
  return (options) => startWorkload(count, options);
}

async function startWorkload(
  count: number,
  { mesh, random, say, reportDir, signal }: Parameters<StartWorkload>[0],
): Promise<Workload> {
  const { gateways } = mesh;
  const watchers = new Watchers(gateways, random.fork('watchers'));
  const shoppers = Array.from({ length: count }, (_, index) => {
    const customerId = `shopper-${index + 1}`;
    return new Client(gateways, customerId, [], random.fork(`gateways of ${customerId}`));
  });
  const soon = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  const tokens = new Map<Client, string>();
  for (const shopper of shoppers) tokens.set(shopper, await shopper.token(soon));
  await Promise.all(
    shoppers.map((one) => watchers.followAll(one.customerId, tokens.get(one) ?? '')),
  );
  const load = new Load({
    ...{ gateways, shoppers, random: random.fork('load') },
    onOrder: (shopper, orderId) =>
      watchers.follow(shopper.customerId, tokens.get(shopper) ?? '', orderId),
  });
  let servers: Servers | undefined;
  const early = new EarlyLook({ mesh, signal });
  let found: readonly Finding[] = [];
  return {
    progress: () => ({ orders: load.orders, words: progressOf(load, watchers) }),
    finish: () =>
      telling(
        {
          ...{ say, signal },
          words: () => `Waiting for answers to what was asked, open now ${load.counts().unknown}`,
        },
        () => load.finish(),
      ),
    isLost: async () => {
      found = await early.findings();
      return found.length > 0;
    },
    judge: async () => {
      if (found.length > 0) await load.close();
      servers = await openServers(mesh);
      return judgeRun({ mesh, load, watchers, servers, found, say, reportDir, signal });
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
  return `cancels ${cancels}, stock changes ${sets}, updates seen ${seen} over ${counted(connections, 'connection')}, unanswered now ${unknown}`;
}

interface Judging {
  readonly mesh: ChaosMesh;
  readonly load: Load;
  readonly watchers: Watchers;
  readonly servers: Servers;
  /** What is wrong for good, known before. */
  readonly found: readonly Finding[];
  readonly say: (line: string) => void;
  readonly reportDir: string;
  readonly signal: AbortSignal;
}

/** Waits for quiet, collects, judges; says every few seconds what it is about. */
async function judgeRun({
  mesh,
  load,
  watchers,
  servers,
  found,
  say,
  reportDir,
  signal,
}: Judging): Promise<Verdict> {
  let doing = 'Looking whether all is quiet';
  const work = async (): Promise<Verdict> => {
    const look = () => findInFlight(mesh, servers, () => watchers.sightings());
    const waiting = (left: readonly string[]) => {
      const more = left.length > 3 ? '; …' : '';
      doing = `Waiting for quiet: ${left.slice(0, 3).join('; ')}${more}`;
      signal.throwIfAborted();
    };
    const isEarly = found.length > 0;
    const inFlight = isEarly ? [] : await untilQuiet(look, waiting);
    const next = async (words: string) => {
      doing = words;
      await giveWay(signal);
    };
    await next('Collecting what the stores, streams and mails hold');
    const known = { commands: load.commands(), sightings: watchers.sightings(), inFlight };
    const collect = () => collectEvidence(mesh, servers, known);
    // The mesh may still be recovering from the last fault.
    const recovered = async () => mesh.untilReady(RECOVERY_MS).then(collect);
    const evidence = await (isEarly ? collect().catch(recovered) : collect());
    const findings = isEarly
      ? found
      : await judgeInTurns(evidence, () => next('Judging what was collected'));
    await next(`Writing down what is known of ${counted(findings.length, 'finding')}`);
    const keys = [...new Set(fewOfEach(findings).map(({ key }) => key))];
    const files = await writeHistories(keys, findings, {
      ...{ evidence, logFiles: mesh.logFiles(), dir: reportDir, signal },
    });
    return verdictOf(evidence, findings, (key) => files.get(key));
  };
  return telling({ say, words: () => doing, signal }, work);
}

/**
 * Fulfilled with nothing when the mesh has come to rest, or with what has not: a mesh that works off what has
 * piled up is waited for. `waiting` is told what is waited for, and may throw.
 */
async function untilQuiet(
  look: () => Promise<readonly string[]>,
  waiting: (found: readonly string[]) => void,
): Promise<readonly string[]> {
  const began = performance.now();
  let [least, since] = [Infinity, began];
  for (;;) {
    // While a server comes back the look itself fails: then it is not quiet.
    const found = await look().catch((error: Error) => [`can't be told: ${error.message}`]);
    const now = performance.now();
    const sum = amountOf(found);
    if (sum < least) [least, since] = [sum, now];
    if (found.length === 0 || now - since > STILL_MS || now - began > QUIET_WITHIN_MS) return found;
    waiting(found);
    await sleep(250);
  }
}

/** Of all that is in flight, by the numbers in what is told of it. */
function amountOf(found: readonly string[]): number {
  const numbers = found.flatMap((words) => words.match(/(?<![\w.])\d+(?![\w.])/g) ?? []);
  return numbers.reduce((sum, number) => sum + Number(number), 0) || Infinity;
}
