import type { Channel, ChannelModel } from 'amqplib';
import type { TopologyDifference } from '../../topology-difference.js';
import { declare, type Declaration } from './declaration.js';
import { asFound, mismatchOf, type Mismatch } from './mismatch.js';

/** The broker names one setting at a time, twice when its text was cut; a queue has fewer. */
const MAX_TRIES = 40;

const whyUnsafe = {
  queue:
    'A queue can not be changed. Limits and dead lettering can be set by a policy of the operator (rabbitmqctl set_policy), once the code no longer sets them; anything else needs a queue of another name, or this one deleted once it is empty and unused.',
  exchange:
    'An exchange can not be changed. Bind the queues to one of another name, or delete this one, with its bindings, while nobody publishes to it.',
};

/**
 * How the broker has an exchange or a queue; nothing when it is as declared. Asks first whether it
 * exists, without making it, and then declares what it found so far until the broker agrees.
 */
export async function differencesOf(
  model: ChannelModel,
  declaration: Declaration,
): Promise<TopologyDifference[]> {
  const { resource, name } = declaration;
  if (!(await exists(model, declaration))) {
    const wanted = JSON.stringify(declaration.settings);
    return [{ resource, name, setting: null, wanted, found: null, change: 'safe' }];
  }
  const found = new Map<string, string | null>();
  let guess = declaration;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const mismatch = await tryDeclaring(model, guess);
    if (mismatch === null) break;
    found.set(mismatch.setting, mismatch.found ?? null);
    guess = asFound(guess, mismatch);
  }
  return [...found].map(([setting, has]) => ({
    ...{ resource, name, setting },
    wanted: shown(String(declaration.settings[setting] ?? 'none')),
    ...{ found: has === null ? null : shown(has), change: 'unsafe', why: whyUnsafe[resource] },
  }));
}

/** The default exchange has no name. */
function shown(value: string): string {
  return value === '' ? '""' : value;
}

async function exists(model: ChannelModel, { resource, name }: Declaration): Promise<boolean> {
  try {
    await onChannel(model, async (channel) => {
      if (resource === 'exchange') await channel.checkExchange(name);
      else await channel.checkQueue(name);
    });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 404) return false;
    throw error;
  }
}

async function tryDeclaring(
  model: ChannelModel,
  declaration: Declaration,
): Promise<Mismatch | null> {
  try {
    await onChannel(model, (channel) => declare(channel, declaration));
    return null;
  } catch (error) {
    const mismatch = mismatchOf(error);
    if (mismatch === null) throw error;
    return mismatch;
  }
}

/** On a channel of its own: the broker closes it with a refusal. */
async function onChannel(
  model: ChannelModel,
  work: (channel: Channel) => Promise<void>,
): Promise<void> {
  const channel = await model.createChannel();
  // What goes wrong also rejects the call that caused it.
  channel.on('error', () => {});
  await work(channel);
  await channel.close();
}
