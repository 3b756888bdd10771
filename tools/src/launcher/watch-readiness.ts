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
/** Services that start at once wait for each other, longer on a machine that is busy. */
const startPatienceMs = 5_000;

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

/**
 * From the start of a service until the signal comes: says a line when it has waited for the same for five seconds, and
 * is not just starting.
 */
export async function tellWaiting({ name, management, say, signal }: WatchedService) {
  let waiting = '';
  let since = performance.now();
  let told = '';
  while (!signal.aborted) {
    const { detail } = await readReadiness(management);
    if (signal.aborted) return;
    const now = hindrances(detail);
    if (now !== waiting) since = performance.now();
    waiting = now;
    if (waiting !== '' && waiting !== told && performance.now() - since >= startPatienceMs) {
      say(`${name} is not ready: ${waitsFor(detail)}`);
      told = waiting;
    }
    await sleep(betweenMs, undefined, { signal }).catch(() => {});
  }
}

interface Report {
  readonly status: string;
  readonly waitingFor: readonly { readonly name: string; readonly reason: string }[];
}

/** The names of what it waits for and has a reason to tell; empty for what only starts, or does not answer yet. */
export function hindrances(detail: string): string {
  try {
    const { waitingFor } = JSON.parse(detail) as Report;
    return waitingFor
      .filter(({ reason }) => reason !== 'starting')
      .map(({ name }) => name)
      .join();
  } catch {
    return '';
  }
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
