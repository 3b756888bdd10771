import type { SlotState } from '@mesh/pg-log';
import { metrics } from '@mesh/tracing';

type Look = () => Promise<SlotState>;
const slots = new Set<Look>();
let looking: Promise<SlotState[]> | undefined;

const gauges: readonly [name: string, help: string, value: (state: SlotState) => number][] = [
  [
    'mesh_outbox_wal_waiting_bytes',
    'WAL behind what the relay has confirmed; appends are refused at the limit',
    ({ waitingBytes }) => waitingBytes,
  ],
  ['mesh_outbox_wal_limit_bytes', 'WAL that may wait for the relay', ({ maxBytes }) => maxBytes],
  [
    'mesh_outbox_wal_kept_bytes',
    'WAL that the server keeps for the slot of the outbox',
    ({ keptBytes }) => keptBytes ?? NaN,
  ],
  [
    'mesh_outbox_wal_safe_bytes',
    'WAL that may be written until the server gives the slot up; infinite when it never does',
    ({ safeBytes, lost }) => safeBytes ?? (lost === null ? Infinity : 0),
  ],
  [
    'mesh_outbox_slot_active',
    '1 while a replica reads the slot of the outbox',
    ({ active }) => (active ? 1 : 0),
  ],
  [
    'mesh_outbox_slot_lost',
    '1 when the slot was lost: events may be missing, and nothing is taken until a reset',
    ({ lost }) => (lost === null ? 0 : 1),
  ],
];

/** Shows how the slot of an outbox in the WAL is, until the result is called. */
export function watchSlot(look: Look): () => Promise<void> {
  slots.add(look);
  return async () => void slots.delete(look);
}

// Services that relay by polling have no values of these.
for (const [name, help, value] of gauges) {
  metrics.gauge({
    ...{ name, help },
    async collect(gauge) {
      for (const state of await states()) gauge.set(value(state));
    },
  });
}

/** Looked at once for all gauges of a scrape. */
function states(): Promise<SlotState[]> {
  looking ??= Promise.all([...slots].map((look) => look())).finally(() => (looking = undefined));
  return looking;
}
