import { connect, type ChannelModel } from 'amqplib';
import { ShardConsumer, type Handling } from './contenders/shard-consumer.js';
import { hashExchange, oneQueue, type Sharding } from './contenders/sharding.js';
import type { BenchOptions } from './options.js';
import { compare, stopwatch, type Variant } from './rounds.js';
import { Servers } from './servers.js';

const MANY_KEYS = 1000;
const FEW_KEYS = 16;

/** One queue with a single active consumer against shards behind a consistent-hash exchange. */
export async function amqpSharding({ events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const url = await servers.rabbitMq({ plugins: ['rabbitmq_consistent_hash_exchange'] });
    const model = await connect(url, { noDelay: true });
    servers.before(() => model.close());
    for (const kind of ['waits', 'works'] as const) {
      const handling = { kind, ms: 1 };
      const count = kind === 'waits' ? events : Math.ceil(events / 10);
      const variants = [oneQueue, hashExchange].flatMap((sharding) =>
        [1, 4].map((consumers) => variantOf({ model, sharding, consumers, handling, count })),
      );
      const title = `a handler that ${kind} 1 ms: ${count} events of ${MANY_KEYS} keys a round`;
      await compare({ title, rounds, variants });
    }
    console.log(
      '\nconsumers join and leave ten times, a handler that waits 5 ms, 16 keys, a backlog',
    );
    for (const sharding of [oneQueue, hashExchange])
      console.log(
        `  ${sharding.name.padEnd(26)}${await orderWhileChanging(model, sharding, events)}`,
      );
  });
}

function variantOf({
  model,
  sharding,
  consumers,
  handling,
  count,
}: {
  readonly model: ChannelModel;
  readonly sharding: Sharding;
  readonly consumers: number;
  readonly handling: Handling;
  readonly count: number;
}): Variant {
  const run = async () => {
    const group = await sharding.open(model);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    let left = count;
    const onHandled = () => --left === 0 && resolve();
    const members: ShardConsumer[] = [];
    for (let n = 0; n < consumers; n++)
      members.push(await ShardConsumer.start(model, await group.join(), { handling, onHandled }));
    const stop = stopwatch();
    await group.publish(
      Array.from({ length: count }, (_, n) => ({ key: n % MANY_KEYS, number: n })),
    );
    await done;
    const sample = stop(count);
    for (const member of members) await member.stop();
    await group.close();
    return sample;
  };
  const name = `${sharding.name}, ${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}`;
  return { name, run };
}

/** Publishes all the time while the second of two consumers leaves and another one joins. */
async function orderWhileChanging(
  model: ChannelModel,
  sharding: Sharding,
  count: number,
): Promise<string> {
  const group = await sharding.open(model);
  const last = new Map<number, number>();
  const seen = new Set<number>();
  let swapped = 0;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const onHandled = (key: number, number: number) => {
    if (seen.has(number)) return;
    seen.add(number);
    if (number < (last.get(key) ?? -1)) swapped += 1;
    last.set(key, Math.max(number, last.get(key) ?? -1));
    if (seen.size === count) resolve();
  };
  const start = async () =>
    ShardConsumer.start(model, await group.join(), {
      handling: { kind: 'waits', ms: 5 },
      onHandled,
    });
  const stays = await start();
  let guest = await start();
  const step = Math.ceil(count / 10);
  for (let from = 0; from < count; from += step) {
    const size = Math.min(step, count - from);
    const batch = Array.from({ length: size }, (_, n) => from + n);
    const publishing = group.publish(batch.map((number) => ({ key: number % FEW_KEYS, number })));
    await group.leave(guest);
    guest = await start();
    await publishing;
  }
  await done;
  await stays.stop();
  await guest.stop();
  await group.close();
  return `${count} events, ${swapped} handled after a later one of their key`;
}
