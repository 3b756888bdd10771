import { computed, effect, signal, untracked } from '@preact/signals';
import { isMissing, loadOrder, orderById } from './orders.js';
import { connection } from '../../state/live.js';
import { watchOrder } from './live-shop.js';
import { orderInAddress } from './shop-route.js';
import { token } from '../../state/session.js';
import { stories, storyOf, type Story } from './stories.js';
import { keepsTraces, loadTrace, traces } from './trace.js';
import { legsOf, traceIdsOf } from '../path/legs.js';

const empty: Story = { clicks: [], changes: [] };

/** The order that is looked at: the one of the address. */
export const lookedAtId = orderInAddress;
export const lookedAt = computed(() => orderById.value.get(lookedAtId.value ?? ''));
export const story = computed(() => stories.value[lookedAtId.value ?? ''] ?? empty);
/** The address names an order that this customer has not. */
export const missing = signal(false);

export const legs = computed(() =>
  lookedAt.value ? legsOf(lookedAt.value, story.value, traces.value) : [],
);

/** Services send their spans some 0.2 s late, and a trace grows until the order is decided. */
const askAgainAfterMs = [300, 800, 1_600, 3_000];

/** Follows the order of the address: its history, its changes and its traces. */
export function followLookedAt(): void {
  effect(() => {
    const id = lookedAtId.value;
    missing.value = false;
    if (id === undefined || !token.value) return;
    untracked(() => {
      if (!orderById.value.has(id))
        loadOrder(id).catch((error: unknown) => (missing.value = isMissing(error)));
    });
  });
  effect(() => {
    const id = lookedAtId.value;
    if (id === undefined || connection.value.phase === 'idle') return;
    return untracked(() =>
      storyOf(id).changes[0]?.version === 1
        ? undefined
        : watchOrder(id, () => (missing.value = true)),
    );
  });
  effect(() => {
    const ids = traceIdsOf(story.value);
    if (ids.length === 0 || keepsTraces.value === false) return;
    const ask = () => ids.forEach((id) => void loadTrace(id).catch(() => undefined));
    const timers = askAgainAfterMs.map((afterMs) => setTimeout(ask, afterMs));
    return () => timers.forEach(clearTimeout);
  });
}
