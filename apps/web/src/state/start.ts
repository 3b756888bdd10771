import { signal } from '@preact/signals';
import { ApiError } from '../api.js';
import { goLive } from './live.js';
import { signIn } from './session.js';
import { loadStock } from './stock.js';

/** What a person should know went wrong; empty when nothing did. */
export const alert = signal('');

/** Loads stock, signs in and goes live; tries again by itself while the mesh is away. */
export async function start(): Promise<void> {
  try {
    await Promise.all([loadStock(), signIn()]);
    alert.value = '';
    goLive();
  } catch (error) {
    said(error);
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return;
    setTimeout(() => void start(), 2_000);
  }
}

/** Runs what a person asked for and says why when it fails. */
export async function tried(action: () => Promise<void>): Promise<void> {
  alert.value = '';
  await action().catch(said);
}

function said(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const wait = error instanceof ApiError ? error.retryAfterS : undefined;
  alert.value = wait ? `${message} Try again in ${wait} s.` : message;
}
