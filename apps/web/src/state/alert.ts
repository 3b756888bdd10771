import { signal } from '@preact/signals';
import { ApiError } from '../api.js';

/** What a person should know went wrong; empty when nothing did. */
export const alert = signal('');

/** Runs what a person asked for and says why when it fails. */
export async function tried(action: () => Promise<void>): Promise<void> {
  alert.value = '';
  await action().catch(say);
}

export function say(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const wait = error instanceof ApiError ? error.retryAfterS : undefined;
  alert.value = wait ? `${message} Try again in ${wait} s.` : message;
}
