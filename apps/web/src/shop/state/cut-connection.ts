import { signal } from '@preact/signals';
import { liveClient } from '../../state/live.js';
import { now } from './clock.js';

/** Until when a person cut the connection; ms since the epoch. */
export const cutUntil = signal<number | undefined>(undefined);

const cutMs = 10_000;

/** Drops the live connection and stays away for 10 s. */
export function cutConnection(): void {
  if (!liveClient.value || cutUntil.value !== undefined) return;
  cutUntil.value = now() + cutMs;
  liveClient.value.suspend();
  setTimeout(() => {
    cutUntil.value = undefined;
    liveClient.value?.resume();
  }, cutMs);
}
