import { setTimeout as sleep } from 'node:timers/promises';

export interface Readiness {
  readonly ready: boolean;
  /** What a service that answers says it waits for. */
  readonly detail: string;
}

/** What `/health/ready` of a management address says; not ready when it does not answer. */
export async function readReadiness(management: string): Promise<Readiness> {
  try {
    const response = await fetch(`${management}/health/ready`, {
      signal: AbortSignal.timeout(2_000),
    });
    return { ready: response.ok, detail: await response.text() };
  } catch (error) {
    return { ready: false, detail: `no answer: ${(error as Error).message}` };
  }
}

/** Fulfilled with true when the address is ready, with false when the signal comes first. */
export async function untilReady(management: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if ((await readReadiness(management)).ready) return true;
    await sleep(50, undefined, { signal }).catch(() => {});
  }
  return false;
}
