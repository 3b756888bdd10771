/** Something that readiness waits for. */
export interface ReadinessCondition {
  readonly name: string;
  waiting(reason: string): void;
  fulfil(): void;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'waiting' | 'stopping';
  /** What it waits for, by name. */
  readonly waitingFor: readonly { readonly name: string; readonly reason: string }[];
}

interface Condition {
  readonly name: string;
  readonly check: () => Promise<string | undefined>;
  reason: string | undefined;
}

/** A check is made once in this time, however often readiness is asked for. */
const checkEveryMs = 1000;
const checkTimeoutMs = 1000;

/** Whether this process can do its work, and if not, what it waits for. */
export class Readiness {
  readonly #conditions: Condition[] = [];
  #stopping = false;

  /**
   * Adds something to wait for. It holds once `fulfil` was called; with a `check`, only while that
   * fulfils too, asked at most once a second.
   */
  require(name: string, check?: () => Promise<void>): ReadinessCondition {
    const condition: Condition = {
      name,
      reason: 'starting',
      check: check === undefined ? () => Promise.resolve(undefined) : seldom(() => failure(check)),
    };
    this.#conditions.push(condition);
    return {
      name,
      waiting: (reason) => (condition.reason = reason),
      fulfil: () => (condition.reason = undefined),
    };
  }

  /** From now on not ready, for good. */
  stop(): void {
    this.#stopping = true;
  }

  /** What is still waited for, as `/health/ready` answers it; nothing of it once the process is stopping. */
  async report(): Promise<ReadinessReport> {
    const conditions = this.#stopping ? [] : this.#conditions;
    const states = await Promise.all(
      conditions.map(async ({ name, reason, check }) => ({
        name,
        reason: reason ?? (await check()),
      })),
    );
    if (this.#stopping) return { status: 'stopping', waitingFor: [] };
    const waitingFor = states.flatMap(({ name, reason }) =>
      reason === undefined ? [] : [{ name, reason }],
    );
    return { status: waitingFor.length === 0 ? 'ready' : 'waiting', waitingFor };
  }
}

function seldom<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= checkEveryMs) last = { at: now, answer: ask() };
    return last.answer;
  };
}

async function failure(check: () => Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${checkTimeoutMs} ms`), checkTimeoutMs);
  });
  const answer = check().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}
