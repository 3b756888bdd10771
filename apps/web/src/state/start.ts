import { ApiError } from '../api.js';
import type { Feature } from '../feature.js';
import { alert, wordsOf } from './alert.js';
import { goLive } from './live.js';
import { followAddress } from './route.js';
import { signIn, token } from './session.js';

const againAfterMs = 2_000;
let loads: (() => Promise<void>)[] = [];

/** Loads what everybody may see, signs in and goes live; tries again by itself while the mesh is away. */
export async function start(features: readonly Feature[]): Promise<void> {
  followAddress();
  for (const feature of features) feature.follow?.();
  loads = features.flatMap(({ load }) => load ?? []);
  await begin();
}

/** With a token: goes live with it. Without one, what everybody may see is all that is shown. */
export async function begin(): Promise<void> {
  try {
    await Promise.all([...loads.map((load) => load()), signIn()]);
    alert.value = '';
    if (token.value) goLive();
  } catch (error) {
    alert.value = wordsOf(error);
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return;
    setTimeout(() => void begin(), againAfterMs);
  }
}
