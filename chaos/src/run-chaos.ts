import { Random } from '@mesh/messaging/testing/random';
import { withoutGateways } from './defects/without-gateways.js';
import { aborted, lasting } from './faults/lasting.js';
import { Storm } from './faults/storm.js';
import { openChaosMesh, type ChaosMeshOptions, type FaultyMesh } from './mesh/open-chaos-mesh.js';
import type { ChaosOptions } from './options.js';
import { faultLines, finalLine } from './report.js';
import type { StartWorkload, Verdict, Workload } from './workload.js';

export interface ChaosRun {
  readonly options: ChaosOptions;
  /** Of the mesh, beside the profile. @default the mesh as it is in this workspace */
  readonly mesh?: Omit<ChaosMeshOptions, 'profile'>;
  readonly startWorkload: StartWorkload;
  /** Where the history of a guilty key is written. */
  readonly reportDir: string;
  readonly say: (line: string) => void;
  /** A person asks to stop: everything is ended, without a verdict. */
  readonly signal: AbortSignal;
}

export interface ChaosResult {
  /** Undefined when it was stopped before. */
  readonly verdict: Verdict | undefined;
  /** Faults that were made and recovered from. */
  readonly faults: number;
  /** That the mesh did not recover from, in a sentence. */
  readonly unrecovered: string | undefined;
}

/** Recovery takes seconds; so long means that something waits for ever. */
const recoveryLimitMs = 120_000;
const betweenLinesMs = 10_000;
/** Fewer faults a minute than this say more of the machine than of the mesh. */
const slowPerMinute = 6;

/**
 * One run: mesh, work, faults, quiet, verdict. Prints a line of progress every ten seconds, then the counts, and
 * the line with the verdict. Nothing is left running.
 */
export async function runChaos(run: ChaosRun): Promise<ChaosResult> {
  const { options, say, signal } = run;
  const { minutes, seed, profile, defect } = options;
  const flawed = defect === undefined ? '' : `, with the defect ${defect.name}`;
  say(`chaos: seed ${seed}, ${minutes} minutes, profile ${profile}${flawed}`);
  const mesh = await openChaosMesh({ profile, ...run.mesh });
  let keepDir = false;
  try {
    say(`Mesh ready: ${mesh.replicas.length} processes, data and logs in ${mesh.dir}`);
    const result = await strikeAndJudge(run, mesh);
    // What a defect does is no riddle.
    const found = result.verdict === undefined ? !signal.aborted : isFailure(result);
    keepDir = found && options.defect === undefined;
    return result;
  } catch (error) {
    keepDir = true;
    throw error;
  } finally {
    if (keepDir) say(`Kept for you to look at: ${mesh.dir}`);
    await mesh.stop({ keepDir });
  }
}

/** Whether the run found a fault of the mesh. */
export function isFailure({ verdict, unrecovered }: ChaosResult): boolean {
  if (unrecovered !== undefined || verdict === undefined) return true;
  const { lost, doubled, disordered, findings } = verdict;
  return lost + doubled + disordered + findings.length > 0;
}

async function strikeAndJudge(run: ChaosRun, mesh: FaultyMesh): Promise<ChaosResult> {
  const { options, startWorkload, reportDir, say, signal } = run;
  if (signal.aborted) return { verdict: undefined, faults: 0, unrecovered: undefined };
  const random = new Random(options.seed);
  const workload = await startWorkload({ mesh, random: random.fork('load'), say, reportDir });
  try {
    const over = AbortSignal.timeout(Math.round(options.minutes * 60_000));
    const kinds = options.kinds ?? options.defect?.faults;
    const storm = new Storm({
      ...{ random: random.fork('faults'), signal: over, quit: signal, recoveryLimitMs },
      mesh: options.defect === undefined ? mesh : withoutGateways(mesh),
      ...(kinds && { kinds }),
    });
    const unrecovered = await weather(storm, { workload, say, signal });
    const faults = storm.tally.total;
    if (signal.aborted) return { verdict: undefined, faults, unrecovered };
    for (const line of faultLines(storm.tally)) say(line);
    if (faults / options.minutes < slowPerMinute)
      say(`  ${faults} faults in ${options.minutes} minutes: this machine is busy or slow`);
    if (unrecovered !== undefined) say(unrecovered);
    const verdict = await abortable(signal, async () => {
      await workload.finish();
      return workload.judge();
    });
    if (verdict === undefined) return { verdict, faults, unrecovered };
    for (const line of [...verdict.notes, ...verdict.findings]) say(line);
    say(finalLine(verdict, faults));
    return { verdict, faults, unrecovered };
  } finally {
    await workload.close();
  }
}

/** The storm, with a line every ten seconds; what the mesh did not recover from, if anything. */
async function weather(
  storm: Storm,
  {
    workload,
    say,
    signal,
  }: {
    readonly workload: Workload;
    readonly say: ChaosRun['say'];
    readonly signal: AbortSignal;
  },
): Promise<string | undefined> {
  const started = performance.now();
  const done = new AbortController();
  const quiet = AbortSignal.any([signal, done.signal]);
  const telling = (async () => {
    for (;;) {
      await lasting(betweenLinesMs, quiet);
      if (quiet.aborted) return;
      const { orders, words } = workload.progress();
      const { total } = storm.tally;
      const at = Math.round((performance.now() - started) / 1_000);
      say(`${clock(at)}  orders ${orders}, ${words}, faults ${total}; ${storm.last}`);
    }
  })();
  try {
    await storm.run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    done.abort();
    await telling;
  }
}

/** Undefined when the signal comes first; what was begun is left to fail. */
async function abortable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  const working = work();
  const first = await Promise.race([working, aborted(signal).then(() => undefined)]);
  if (signal.aborted) working.catch(() => {});
  return first;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
