import type { ChannelModel } from 'amqplib';
import { MessagingError, TransportError } from '../../errors.js';
import type { AppliedTopology, TopologyDifference } from '../../topology-difference.js';
import { AmqpConnection } from './connection.js';
import { bind, declare } from './declaration.js';
import { differencesOf } from './find-differences.js';
import { settingsOf, type AmqpOptions } from './options.js';
import type { Parts } from './topology.js';

/**
 * How the exchanges and queues at the broker differ from those described in the options. Makes
 * nothing: what exists is found by a passive check, and its settings by what the broker says against
 * declaring it. AMQP lists no bindings: one is named only while an end of it is missing. Bindings that
 * are too many, messages and consumers are seen with RabbitMQ's management plugin or `rabbitmqctl`.
 * @throws TransportError when the broker can't be reached or refuses to tell
 */
export function diffTopology(options: AmqpOptions): Promise<TopologyDifference[]> {
  return onConnection(options, 'compare the topology', findAll);
}

/**
 * Makes exchanges and queues that are missing, and every binding that is described. Never deletes
 * anything; exchanges and queues can't be changed, so that what exists otherwise is left, each
 * difference with what an operator can do. A binding whose end is left otherwise is made all the same.
 * Idempotent.
 * @throws TransportError when the broker can't be reached or refuses
 */
export function applyTopology(options: AmqpOptions): Promise<AppliedTopology> {
  return onConnection(options, 'apply the topology', async (model, parts) => {
    const differences = await findAll(model, parts);
    const applied = differences.filter(({ change }) => change === 'safe');
    const missing = new Set(applied.map(({ resource, name }) => `${resource} ${name}`));
    const channel = await model.createChannel();
    channel.on('error', () => {});
    for (const declaration of parts.declarations)
      if (missing.has(`${declaration.resource} ${declaration.name}`))
        await declare(channel, declaration);
    for (const binding of parts.bindings) await bind(channel, binding);
    await channel.close();
    return { applied, left: differences.filter(({ change }) => change !== 'safe') };
  });
}

async function findAll(model: ChannelModel, parts: Parts): Promise<TopologyDifference[]> {
  const found: TopologyDifference[] = [];
  for (const declaration of parts.declarations)
    found.push(...(await differencesOf(model, declaration)));
  const missing = found.filter(({ setting }) => setting === null);
  const isMissing = (resource: string, name: string) =>
    missing.some((one) => one.resource === resource && one.name === name);
  for (const { exchange, queue, routingKey = '', arguments: args } of parts.bindings) {
    if (!isMissing('exchange', exchange) && !isMissing('queue', queue)) continue;
    const wanted = args === undefined ? routingKey : `${routingKey} ${JSON.stringify(args)}`;
    const name = `${exchange} → ${queue}`;
    found.push({ resource: 'binding', name, setting: null, wanted, found: null, change: 'safe' });
  }
  return found;
}

async function onConnection<T>(
  options: AmqpOptions,
  action: string,
  work: (model: ChannelModel, parts: Parts) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(options);
  const connection = new AmqpConnection(settings, 'publish');
  try {
    return await work(await connection.open(), settings.topology.all());
  } catch (cause) {
    if (cause instanceof MessagingError) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new TransportError(`The AMQP broker could not ${action}: ${text}`, { cause });
  } finally {
    await connection.close();
  }
}
