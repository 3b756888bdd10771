import { setTimeout as sleep } from 'node:timers/promises';
import { readReadiness } from './health.js';

export interface WatchedService {
  readonly name: string;
  /** Its management address. */
  readonly management: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Shorter absences mend themselves and are not worth a line. */
const patienceMs = 3_000;
const betweenMs = 1_000;

/**
 * From when a service is ready until the signal comes: says a line when it has not been ready for
 * three seconds, with what it waits for, and one when it is ready again.
 */
export async function watchReadiness({ name, management, say, signal }: WatchedService) {
  let lastReady = performance.now();
  let told = false;
  while (!signal.aborted) {
    const { ready, detail } = await readReadiness(management);
    if (signal.aborted) return;
    if (ready) {
      if (told) say(`${name} is ready again`);
      told = false;
      lastReady = performance.now();
    } else if (!told && performance.now() - lastReady >= patienceMs) {
      say(`${name} is not ready: ${waitsFor(detail)}`);
      told = true;
    }
    await sleep(betweenMs, undefined, { signal }).catch(() => {});
  }
}

interface Report {
  readonly status: string;
  readonly waitingFor: readonly { readonly name: string; readonly reason: string }[];
}

/** "waits for database (connect ECONNREFUSED 127.0.0.1:5432)", of what /health/ready says. */
export function waitsFor(detail: string): string {
  try {
    const { status, waitingFor } = JSON.parse(detail) as Report;
    const all = waitingFor.map(({ name, reason }) => `${name} (${reason})`);
    return all.length > 0 ? `waits for ${all.join(', ')}` : status;
  } catch {
    return detail;
  }
}
