import { Random } from '@mesh/messaging/testing/random';
import { onlyServices } from './defects/only-services.js';
import { aborted, lasting } from './faults/lasting.js';
import { Storm } from './faults/storm.js';
import { openChaosMesh, type ChaosMeshOptions, type FaultyMesh } from './mesh/open-chaos-mesh.js';
import type { ChaosOptions } from './options.js';
import { faultLines, finalLine } from './report.js';
import { counted, telling } from './telling.js';
import type { StartWorkload, Verdict, Workload } from './workload.js';

export interface ChaosRun {
  readonly options: ChaosOptions;
  /** Builds what the mesh is to run. @default the mesh as it is in this workspace */
  readonly prepare?: () => Promise<Omit<ChaosMeshOptions, 'profile' | 'say' | 'signal'>>;
  readonly startWorkload: StartWorkload;
  /** Where the history of a guilty key is written. */
  readonly reportDir: string;
  readonly say: (line: string) => void;
  /** A person asks to stop: everything is ended at once, without a verdict unless it was said before. */
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
 * the line with the verdict. Nothing is left running; the folder is kept when the verdict is bad.
 */
export async function runChaos(run: ChaosRun): Promise<ChaosResult> {
  const { options, say, signal } = run;
  const { minutes, seed, profile, relay, defect, sound } = options;
  const flawed = `, with the ${sound ? 'faults for the ' : ''}defect ${defect?.name}`;
  say(
    `chaos: seed ${seed}, ${counted(minutes, 'minute')}, profile ${profile}${relay ? `, relay ${relay}` : ''}${defect ? flawed : ''}`,
  );
  let judged = false;
  const stop = () => say(judged ? 'Stopping' : 'Stopping, without a verdict');
  signal.addEventListener('abort', stop, { once: true });
  const mesh = await open(run);
  if (mesh === undefined) return stopped();
  let keepDir = false;
  try {
    say(`Mesh ready: ${mesh.replicas.length} processes, data and logs in ${mesh.dir}`);
    const result = await strikeAndJudge(run, mesh, () => (judged = true));
    keepDir = judged ? isFailure(result) : !signal.aborted;
    return result;
  } catch (error) {
    if (signal.aborted) return stopped();
    keepDir = true;
    throw error;
  } finally {
    if (keepDir) say(`Kept for you to look at: ${mesh.dir}`);
    await mesh.stop({ keepDir, atOnce: signal.aborted || keepDir });
  }
}

/** Undefined when the signal comes first; then nothing runs. */
async function open({ options, prepare, say, signal }: ChaosRun): Promise<FaultyMesh | undefined> {
  const { profile, defect, sound = false } = options;
  try {
    const what = defect && !sound && `Bundling the services with ${defect.name}`;
    if (what) say(what);
    const bundling = async () => prepare?.();
    const prepared = await abortable(signal, () =>
      telling({ say, words: () => what || '', signal }, bundling),
    );
    signal.throwIfAborted();
    const opening = () => openChaosMesh({ profile, ...prepared, say, signal });
    return await telling({ say, words: () => 'Starting servers and services', signal }, opening);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

const stopped = (): ChaosResult => ({ verdict: undefined, faults: 0, unrecovered: undefined });

/** Whether the run found a fault of the mesh. */
export function isFailure({ verdict, unrecovered }: ChaosResult): boolean {
  if (unrecovered !== undefined || verdict === undefined) return true;
  const { lost, doubled, disordered, findings } = verdict;
  return lost + doubled + disordered + findings.length > 0;
}

async function strikeAndJudge(
  run: ChaosRun,
  mesh: FaultyMesh,
  onVerdict: () => void,
): Promise<ChaosResult> {
  const { options, startWorkload, reportDir, say, signal } = run;
  const random = new Random(options.seed);
  const workload = await abortable(signal, () =>
    startWorkload({ mesh, random: random.fork('load'), say, reportDir, signal }),
  );
  if (workload === undefined) return stopped();
  try {
    const found = new AbortController();
    const over = AbortSignal.timeout(Math.round(options.minutes * 60_000));
    const kinds = options.kinds ?? options.defect?.faults;
    const storm = new Storm({
      ...{ random: random.fork('faults'), signal: over, quit: signal, recoveryLimitMs },
      mesh: options.defect === undefined ? mesh : onlyServices(mesh, options.defect.services),
      enough: found.signal,
      look: async () => {
        if (await workload.isLost()) found.abort();
      },
      ...(kinds && { kinds }),
    });
    const began = performance.now();
    const unrecovered = await weather(storm, { workload, say, signal });
    const faults = storm.tally.total;
    if (signal.aborted) return { verdict: undefined, faults, unrecovered };
    for (const line of faultLines(storm.tally)) say(line);
    const seconds = Math.round((performance.now() - began) / 1_000);
    if (found.signal.aborted)
      say(
        `After ${counted(seconds, 'second')} something is wrong for good: the rest is not waited for`,
      );
    else if (faults / options.minutes < slowPerMinute)
      say(
        `  ${counted(faults, 'fault')} in ${counted(options.minutes, 'minute')}: this machine is busy or slow`,
      );
    if (unrecovered !== undefined) say(unrecovered);
    const verdict = await abortable(signal, async () => {
      if (!found.signal.aborted) await workload.finish();
      return workload.judge();
    });
    if (verdict === undefined) return { verdict, faults, unrecovered };
    onVerdict();
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
  if (signal.aborted) return undefined;
  const working = work();
  const first = await Promise.race([working, aborted(signal).then(() => undefined)]);
  if (signal.aborted) working.catch(() => {});
  return first;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
