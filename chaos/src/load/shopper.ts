import type { Random } from '@mesh/messaging/testing/random';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from '../verdict/evidence.js';
import type { Client } from './client.js';
import { PendingCommand } from './command.js';

export interface ShopperOptions {
  readonly client: Client;
  readonly skus: readonly string[];
  readonly random: Random;
  /** Keeps every command that is given. */
  readonly remember: (command: PendingCommand) => void;
  /** Told of an order as soon as the mesh has told of it. */
  readonly onOrder: (orderId: string) => void;
}

/** Places orders and changes his mind about some, at once or a while later, until he is told to stop. */
export async function shop(options: ShopperOptions, signal: AbortSignal): Promise<void> {
  const { random } = options;
  const changesOfMind = new Set<Promise<void>>();
  for (let number = 1; !signal.aborted; number += 1) {
    const orderId = await place(number, options, signal);
    if (orderId !== undefined && random.chance(0.25)) {
      const afterMs = random.chance(0.5) ? 0 : random.between(20, 3_000);
      const cancelling = cancel(orderId, afterMs, options, signal);
      changesOfMind.add(cancelling);
      void cancelling.finally(() => changesOfMind.delete(cancelling));
    }
    await sleep(random.between(100, 500), undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(changesOfMind);
}

async function place(
  number: number,
  { client, skus, random, remember, onOrder }: ShopperOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const lines = random
    .shuffle(skus)
    .slice(0, random.between(1, 3))
    .map((sku): Line => ({ sku, quantity: random.between(1, 4) }));
  const { customerId } = client;
  const idempotencyKey = `${customerId} order ${number}`;
  const command = new PendingCommand(
    client,
    { kind: 'place', customerId, idempotencyKey, lines },
    patienceOf(random),
  );
  remember(command);
  await command.give(signal);
  if (command.orderId !== undefined) onOrder(command.orderId);
  return command.orderId;
}

async function cancel(
  orderId: string,
  afterMs: number,
  { client, random, remember }: ShopperOptions,
  signal: AbortSignal,
): Promise<void> {
  const patience = patienceOf(random);
  await sleep(afterMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) return;
  const { customerId } = client;
  const command = new PendingCommand(client, { kind: 'cancel', customerId, orderId }, patience);
  remember(command);
  await command.give(signal);
}

/** Some ask once and never again, so that there are outcomes that only the data knows. */
export function patienceOf(random: Random) {
  return { attempts: random.pick([1, 3, 10]), givesUp: random.chance(0.3) };
}
