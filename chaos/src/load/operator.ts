import type { Random } from '@mesh/messaging/testing/random';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.js';
import { PendingCommand } from './command.js';
import { patienceOf } from './shopper.js';

export interface OperatorOptions {
  readonly client: Client;
  readonly skus: readonly string[];
  readonly random: Random;
  readonly remember: (command: PendingCommand) => void;
}

/** Sets stock, now more, now less than is ordered, never twice to the same number, until told to stop. */
export async function keepShelves(options: OperatorOptions, signal: AbortSignal): Promise<void> {
  const { client, skus, random, remember } = options;
  for (let round = 0; !signal.aborted; round += 1) {
    for (const sku of random.shuffle(skus)) {
      const quantity = numberOf(round);
      const command = new PendingCommand(
        client,
        { kind: 'set-stock', sku, quantity },
        patienceOf(random),
      );
      remember(command);
      await command.give(signal);
      await sleep(random.between(200, 1_000), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  }
}

/** Of 0 to 198 each once, as if drawn, before there are larger ones: 199 is a prime. */
export function numberOf(round: number): number {
  return ((round * 83 + 60) % 199) + 199 * Math.floor(round / 199);
}
