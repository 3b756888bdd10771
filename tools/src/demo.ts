import { setTimeout as pause } from 'node:timers/promises';
import { demoOptionsOf, type DemoOptions } from './demo/options.js';
import { edgeUrlOf } from './demo/running-mesh.js';
import { Shopper } from './demo/shopper.js';
import { act, summaryOf, type Counts } from './demo/traffic.js';
import { readSettings } from './launcher/settings.js';
import { onStop } from './processes/on-stop.js';

const help = `npm run demo -- [--rate N] [--minutes N] [--customer ID]

Gives the mesh that runs here a little to do: places orders, some for more than there is, cancels some, changes
stock. Says every few seconds what it did. Ends with Ctrl-C; the orders stay.

  --rate N        so many a second, from 0.1 to 50. 2 unless told
  --minutes N     for so long. Until Ctrl-C unless told
  --customer ID   whose orders they are; with the name that the page shows, the page shows them. demo unless told

The mesh is the one of MESH_DIR, .mesh unless told: npm start, in another terminal.`;

const reportMs = 5_000;
const stopping = new AbortController();
onStop(() => stopping.abort());

const options = readOptions();
try {
  await drive(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function drive({ rate, minutes, customer }: DemoOptions): Promise<void> {
  const url = edgeUrlOf(readSettings(process.env).dir);
  const shopper = await Shopper.signIn(url, customer);
  console.log(`Orders of ${customer} at ${url}; Ctrl-C ends it`);
  const counts: Counts = new Map();
  const ends = minutes === undefined ? Infinity : Date.now() + minutes * 60_000;
  let reported = Date.now();
  while (!stopping.signal.aborted && Date.now() < ends) {
    const begun = Date.now();
    await act(shopper, counts, Math.random);
    if (Date.now() - reported >= reportMs) {
      console.log(summaryOf(counts));
      reported = Date.now();
    }
    await pauseFor(1_000 / rate - (Date.now() - begun));
  }
  console.log(`Ended: ${summaryOf(counts)}`);
}

async function pauseFor(ms: number): Promise<void> {
  const { signal } = stopping;
  await pause(Math.max(0, ms), undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function readOptions(): DemoOptions {
  try {
    const options = demoOptionsOf(process.argv.slice(2));
    if (!options.help) return options;
    console.log(help);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}
