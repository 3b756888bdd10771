import type { Contender } from './contenders/contender.js';
import { openContenders } from './contenders/open.js';
import type { BenchOptions } from './options.js';
import { compare, stopwatch, type Sample, type Variant } from './rounds.js';
import { sampleEntries, messageOf } from './sample-events.js';
import { Servers } from './servers.js';

/** An empty handler that acks, against the raw client reading in batches. */
export async function consume({ transports, events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    for (const name of transports) {
      const { raw, ours, transport, kind } = await openContenders(name, servers);
      const { replay } = transport.features;
      const entries = await sampleEntries(kind, events);
      const variants: Variant[] = [];
      for (const [index, contender] of [raw, ours].entries()) {
        const source = `bench.consume.${index}`;
        const publish = contender.prepare(entries.map((entry) => messageOf(entry, source)));
        let group = `bench.${index}`;
        await contender.declare(source, group);
        if (replay) await publish();
        let round = 0;
        const run = async () => {
          if (replay) group = `bench.${index}.${round++}`;
          else await publish();
          return consumption(contender, source, group, events);
        };
        variants.push({ name: contender.name, run });
      }
      await compare({ title: `consume, ${name}: ${events} events a round`, rounds, variants });
    }
  });
}

/** From the first message on, so that joining the group does not count. */
export async function consumption(
  contender: Contender,
  source: string,
  group: string,
  events: number,
): Promise<Sample> {
  const { promise, resolve } = Promise.withResolvers<Sample>();
  let began: ReturnType<typeof stopwatch> | undefined;
  let left = events;
  let counted = 0;
  const running = await contender.consume(source, group, (count) => {
    left -= count;
    if (began === undefined) began = stopwatch();
    else counted += count;
    if (left <= 0) resolve(began(counted));
  });
  const sample = await promise;
  await running.stop();
  return sample;
}
