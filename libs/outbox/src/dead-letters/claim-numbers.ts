import { claimRuns, type Run } from '../key-numbers/claim-runs.js';
import type { TransactionExecutor } from '../open-transaction.js';
import { placeOf, type Arrival } from './arrival.js';
import type { Claim } from './claim-batch.js';
import { isNumbered } from './in-order.js';

interface Growing extends Run {
  last: bigint;
}

/**
 * Takes the numbers of a batch of one group and stream in one statement: those of a key that follow each
 * other, from the first one of the batch on. `new` are those that were next; all others, and events
 * without a number, are left to be handled alone (`parked`).
 */
export async function claimNumbers(
  executor: TransactionExecutor,
  arrivals: readonly Arrival[],
): Promise<readonly Claim[]> {
  const runs = new Map<string, Growing>();
  const broken = new Set<string>();
  const names = arrivals.map((arrival) => {
    const place = placeOf(arrival);
    if (place === undefined) return undefined;
    if (!isNumbered(arrival)) {
      broken.add(place.key);
      return undefined;
    }
    const { source } = arrival.event;
    const { number } = arrival;
    const run = runs.get(place.key);
    if (broken.has(place.key)) return undefined;
    if (run === undefined)
      runs.set(place.key, { source, key: place.key, first: number, last: number });
    else if (run.source === source && number === run.last + 1n) run.last = number;
    else {
      // What comes after it in its key would overtake it.
      broken.add(place.key);
      return undefined;
    }
    return place.key;
  });
  const [first] = arrivals;
  if (first === undefined || runs.size === 0) return arrivals.map(() => 'parked');
  const place = { group: first.group, stream: first.delivery.source };
  const claimed = [...runs.values()];
  const claims = await claimRuns(executor, place, claimed);
  const taken = new Set(claimed.flatMap(({ key }, at) => (claims[at] === 'new' ? key : [])));
  return names.map((name) => (name !== undefined && taken.has(name) ? 'new' : 'parked'));
}
