import type { RelayRun } from './relay-run.js';
import { verdictOf, type Verdict } from './relay-verdict.js';

/** Waits until all of it is published, at least once and in order; breaks the rule otherwise. */
export async function complete(
  { judge }: RelayRun,
  versions: () => ReadonlyMap<string, readonly number[]>,
  committed: ReadonlyMap<string, number>,
): Promise<Verdict> {
  const verdict = () => verdictOf(versions(), committed);
  await judge.until(
    () => verdict().lost === 0,
    () => `${verdict().lost} events were lost`,
  );
  const { disordered } = verdict();
  judge.require(disordered === 0, `${disordered} events came after a later one of their key`);
  return verdict();
}
