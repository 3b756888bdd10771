interface Condition {
  readonly name: string;
  readonly check?: () => Promise<void>;
  reason: string | undefined;
}

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

/** Whether this process can do its work, and if not, what it waits for. */
export class Readiness {
  readonly #conditions: Condition[] = [];
  #stopping = false;
  #lastReport: { at: number; report: Promise<ReadinessReport> } | undefined;

  /**
   * Adds something to wait for. It holds once `fulfil` was called; with a `check`, only while that
   * fulfils too, asked at most once a second.
   */
  require(name: string, check?: () => Promise<void>): ReadinessCondition {
    const condition: Condition = { name, reason: 'starting', ...(check && { check }) };
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

  report(): Promise<ReadinessReport> {
    if (this.#stopping) return Promise.resolve({ status: 'stopping', waitingFor: [] });
    const now = performance.now();
    const fresh = this.#lastReport !== undefined && now - this.#lastReport.at < 1000;
    const waiting = this.#conditions.some(({ reason }) => reason !== undefined);
    if (waiting || !fresh) this.#lastReport = { at: now, report: this.#examine() };
    return this.#lastReport!.report;
  }

  async #examine(): Promise<ReadinessReport> {
    const reasons = await Promise.all(
      this.#conditions.map(async ({ name, reason, check }) => ({
        name,
        reason: reason ?? (check && (await failure(check))),
      })),
    );
    const waitingFor = reasons.flatMap(({ name, reason }) =>
      reason === undefined ? [] : [{ name, reason }],
    );
    if (this.#stopping) return { status: 'stopping', waitingFor: [] };
    return { status: waitingFor.length === 0 ? 'ready' : 'waiting', waitingFor };
  }
}

const checkTimeoutMs = 1000;

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
