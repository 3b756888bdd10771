import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

/** How many cases a spec makes, and by which choices. */
export interface FuzzSettings {
  readonly seed: number;
  readonly cases: number;
}

export interface Fuzzing<Case> {
  readonly settings: FuzzSettings;
  readonly cases: fc.Arbitrary<Case>;
  /** Sends one. What is wrong with what came of it, or undefined; a throw is wrong too. */
  readonly run: (one: Case) => Promise<string | undefined>;
  /** Cases under way at once. @default 8 */
  readonly atOnce?: number;
  /** What a case may leave behind for good, in bytes; a buffer that is not freed is more. @default 48 */
  readonly leftPerCase?: number;
}

/** In `npm test`, of each kind. */
const lightCases = 700;
const chunkSize = 500;
/** The heap after a collection differs by this much from one time to the next. */
const noiseBytes = 3 * 1024 * 1024;

/**
 * `MESH_FUZZ_CASES` and `MESH_TEST_SEED`.
 * @default a light number of cases
 */
export function fuzzSettings(
  env: Readonly<Record<string, string | undefined>> = process.env,
): FuzzSettings {
  const { MESH_FUZZ_CASES: cases, MESH_TEST_SEED: seed } = env;
  return { seed: Number(seed ?? 1), cases: Number(cases ?? lightCases) };
}

/**
 * Sends every case, and compares what memory holds after each third of them.
 * @throws Error naming the first case that went wrong, an error that nobody caught, or memory that grew
 */
export async function fuzz<Case>(fuzzing: Fuzzing<Case>): Promise<void> {
  const { settings, cases, leftPerCase = 48 } = fuzzing;
  const third = Math.ceil(settings.cases / 3);
  const held: number[] = [];
  const uncaught = catchUncaught();
  try {
    for (let done = 0, chunk = 0; done < settings.cases; chunk++) {
      const numRuns = Math.min(chunkSize, third - (done % third), settings.cases - done);
      // A seed a chunk: nothing of earlier chunks is kept.
      const made = fc.sample(cases, { numRuns, seed: (settings.seed + chunk) | 0 });
      await runAll(made, fuzzing, done);
      uncaught.check();
      done += numRuns;
      if (done % third === 0 || done === settings.cases) held.push(await heldBytes());
    }
  } finally {
    uncaught.end();
  }
  const [, second = 0, last = 0] = held;
  const allowed = noiseBytes + third * leftPerCase;
  if (held.length === 3 && last - second > allowed) {
    const sizes = held.map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`).join(', ');
    throw new Error(`Memory grows: ${sizes} held after each third of ${settings.cases} cases`);
  }
}

async function runAll<Case>(
  made: readonly Case[],
  { run, atOnce = 8, settings }: Fuzzing<Case>,
  before: number,
): Promise<void> {
  const waiting = made.entries();
  const work = async () => {
    for (const [index, one] of waiting) {
      const fault = await run(one).catch((error: unknown) => String(error));
      if (fault === undefined) continue;
      const shown = fc.stringify(one).slice(0, 4_000);
      throw new Error(`Case ${before + index} of seed ${settings.seed}: ${fault}\n${shown}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Errors that end a process which has no test runner around it. */
function catchUncaught() {
  const errors: unknown[] = [];
  const note = (error: unknown) => void errors.push(error);
  process.on('unhandledRejection', note).on('uncaughtExceptionMonitor', note);
  return {
    check(): void {
      if (errors.length === 0) return;
      const [first] = errors;
      throw new Error(`Nobody caught: ${first instanceof Error ? first.stack : String(first)}`);
    },
    end: () => void process.off('unhandledRejection', note).off('uncaughtExceptionMonitor', note),
  };
}

/** What is reachable, in bytes, once what ends soon has ended. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Finalizers and closed handles free more in the turns that follow.
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((next) => setImmediate(next));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
