import type { Channel, ChannelModel } from 'amqplib';
import { TopologyError } from '../../errors.js';
import { bind, declare, type Declaration } from './declaration.js';
import { differencesOf } from './find-differences.js';
import { mismatchOf } from './mismatch.js';
import type { Parts } from './topology.js';

/**
 * Makes everything exist as declared; what exists so already stays.
 * @throws TopologyError naming every setting that exists otherwise
 */
export async function declareParts(
  model: ChannelModel,
  channel: Channel,
  parts: Parts,
): Promise<void> {
  for (const declaration of parts.declarations) await declareOne(model, channel, declaration);
  for (const binding of parts.bindings) await bind(channel, binding);
}

async function declareOne(
  model: ChannelModel,
  channel: Channel,
  declaration: Declaration,
): Promise<void> {
  try {
    await declare(channel, declaration);
  } catch (cause) {
    if (mismatchOf(cause) === null) throw cause;
    throw new TopologyError('AMQP', await differencesOf(model, declaration), { cause });
  }
}
