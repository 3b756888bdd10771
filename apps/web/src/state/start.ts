import { ApiError } from '../api.js';
import { alert, wordsOf } from './alert.js';
import { goLive } from './live.js';
import { followLookedAt } from './looked-at.js';
import { followAddress } from './route.js';
import { signIn, token } from './session.js';
import { loadStock } from './stock.js';

const againAfterMs = 2_000;

/** Loads stock, signs in and goes live; tries again by itself while the mesh is away. */
export async function start(): Promise<void> {
  followAddress();
  followLookedAt();
  await begin();
}

/** With a token: goes live with it. Without one, stock is all that is shown. */
export async function begin(): Promise<void> {
  try {
    await Promise.all([loadStock(), signIn()]);
    alert.value = '';
    if (token.value) goLive();
  } catch (error) {
    alert.value = wordsOf(error);
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return;
    setTimeout(() => void begin(), againAfterMs);
  }
}
