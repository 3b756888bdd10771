import type { Contender } from './contenders/contender.js';
import { consumption } from './consume.js';
import { nestKafka, nestRmq } from './contenders/nest.js';
import { openContenders } from './contenders/open.js';
import type { BenchOptions } from './options.js';
import { compare, stopwatch } from './rounds.js';
import { messageOf, sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';

/** Publishing and consuming the same events through Nest's own transports and through ours. */
export async function nest({ transports, events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    for (const name of transports) {
      if (name === 'embedded') continue;
      const { raw, ours, kind } = await openContenders(name, servers);
      const nests =
        name === 'kafka' ? nestKafka(await servers.kafka()) : nestRmq(await servers.rabbitMq());
      servers.before(() => nests.close());
      const entries = await sampleEntries(kind, events);
      const contenders = [nests, ours].map((contender, index) => {
        const source = `bench.nest.${index}`;
        const publish = contender.prepare(entries.map((entry) => messageOf(entry, source)));
        return { contender, source, publish, group: `bench.nest.${index}.group` };
      });
      for (const { contender, source, group } of contenders) {
        // Nest's Kafka client leaves topics to the broker.
        if (contender === nests && name === 'kafka') await raw.declare(source, group);
        await contender.declare(source, group);
      }
      const publishing = (each: (typeof contenders)[number]) => async () => {
        const stop = stopwatch();
        await each.publish();
        const sample = stop(events);
        await drain(each.contender, each.source, each.group, events);
        return sample;
      };
      const consuming = (each: (typeof contenders)[number]) => async () => {
        await each.publish();
        return consumption(each.contender, each.source, each.group, events);
      };
      for (const [what, run] of [
        ['publish', publishing],
        ['consume', consuming],
      ] as const)
        await compare({
          title: `${what}, ${name}: ${events} events a round`,
          rounds,
          variants: contenders.map((each) => ({ name: each.contender.name, run: run(each) })),
        });
    }
  });
}

/** So that each round begins with an empty queue. */
async function drain(
  contender: Contender,
  source: string,
  group: string,
  events: number,
): Promise<void> {
  await consumption(contender, source, group, events);
}
