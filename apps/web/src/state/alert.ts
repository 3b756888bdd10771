import { signal } from '@preact/signals';
import { ApiError } from '../api.js';

/** What a person should know went wrong; empty when nothing did. */
export const alert = signal('');
/** For those who hear the page: what has just become of an order. */
export const announcement = signal('');

/** Takes back that the mesh can't be reached, once it can. */
export function withdraw(): void {
  if (unreachable.has(alert.value)) alert.value = '';
}

/** Runs what a person asked for and says why when it fails. True: it was done. */
export async function tried(action: () => Promise<void>, into = alert): Promise<boolean> {
  into.value = '';
  return action().then(
    () => true,
    (error: unknown) => {
      into.value = wordsOf(error);
      return false;
    },
  );
}

const unreachable = new Set<string>();

export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const wait = error instanceof ApiError ? error.retryAfterS : undefined;
  if (error instanceof ApiError && error.code === 'UNREACHABLE') unreachable.add(message);
  return wait ? `${message} Try again in ${wait} s.` : message;
}
