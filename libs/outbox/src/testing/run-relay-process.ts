import { writeSync } from 'node:fs';
// Registers the streams of what the rules append: what is for an unknown one would be parked.
import '@mesh/contracts/catalog/probe';
import { embeddedTransport } from '@mesh/messaging/embedded';
import pg from 'pg';
import type { RelayProcessOptions, RelayStep } from './relay-steps.js';
import type { RelayUnderTest } from './relay-under-test.js';

/**
 * The main of a process that relays, for rules that let it die. `watch` has the mode tell each time
 * it comes by one of the first two steps or the last one; the ones between are told here. `reach`
 * may not return for a while: nothing of this process runs meanwhile. Ends at SIGTERM.
 */
export async function runRelayProcess(
  under: RelayUnderTest,
  watch: (reach: (step: RelayStep) => void) => void,
): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as RelayProcessOptions;
  const { url, broker, leaseMs, halt, clockOffsetMs = 0 } = options;
  const now = Date.now;
  Date.now = () => now() + clockOffsetMs;
  let confirmed = false;
  let halted = false;
  const reach = (step: RelayStep) => {
    if (step === 'confirmed') confirmed = true;
    if (halted || step !== halt?.step || (step === 'before the cursor moves' && !confirmed)) return;
    halted = true;
    writeSync(1, 'halted\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, halt.haltMs);
  };
  watch(reach);

  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  const transport = embeddedTransport({ url: broker });
  const publisher = await transport.publisher();
  const store = await under.open({ url, pool });
  const relay = await store.start({
    leaseMs,
    publisher: {
      async publish(messages) {
        await publisher.publish(messages);
        reach('published');
        setImmediate(() => reach('confirmed'));
      },
      close: () => publisher.close(),
    },
  });
  writeSync(1, 'relaying\n');
  process.on('disconnect', () => process.exit());
  await new Promise((resolve) => process.once('SIGTERM', resolve));
  await relay.stop();
  await store.close();
  await transport.close();
  await pool.end();
  process.exit();
}
