import { setTimeout as pause } from 'node:timers/promises';
import type { Transport } from '@mesh/messaging';
import { metrics } from '@mesh/tracing';

/** Nobody waits longer for a broker that is away. */
const limitMs = 2000;
const transports = new Set<Transport>();

metrics.gauge({
  name: 'mesh_broker_connected',
  help: '1 when a broker that is in use answers at the scrape',
  labels: ['transport'],
  async collect(gauge) {
    const answers = [...transports].map(async (one) => [one.name, await isThere(one)] as const);
    for (const [transport, is] of await Promise.all(answers)) gauge.set({ transport }, is ? 1 : 0);
  },
});
metrics.gauge({
  name: 'mesh_broker_blocked',
  help: '1 while a broker takes no messages, being short of memory or disk; of those that tell (AMQP)',
  labels: ['transport'],
  collect(gauge) {
    for (const { name: transport, blocked } of transports)
      if (blocked !== undefined) gauge.set({ transport }, blocked ? 1 : 0);
  },
});

/** Shows how a broker is at each scrape, until the result is called. */
export function watchBroker(transport: Transport): () => void {
  transports.add(transport);
  return () => void transports.delete(transport);
}

async function isThere(transport: Transport): Promise<boolean> {
  const answered = transport.check().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, pause(limitMs, false, { ref: false })]);
}
