import { ApiError } from '../api.js';
import { alert, say } from './alert.js';
import { goLive } from './live.js';
import { signIn } from './session.js';
import { loadStock } from './stock.js';

/** Loads stock, signs in and goes live; tries again by itself while the mesh is away. */
export async function start(): Promise<void> {
  try {
    await Promise.all([loadStock(), signIn()]);
    alert.value = '';
    goLive();
  } catch (error) {
    say(error);
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return;
    setTimeout(() => void start(), 2_000);
  }
}
