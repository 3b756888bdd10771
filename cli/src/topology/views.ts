import type { TopologyDifference } from '@mesh/messaging';
import { table } from '../table.js';
import type { BrokerName } from './options.js';

/** A difference, and at which broker. */
export interface Found extends TopologyDifference {
  readonly broker: BrokerName;
}

/** A line for each difference, and below the reasons of those that are not safe. */
export function differenceTable(differences: readonly Found[]): string[] {
  const rows = differences.map((one) => [
    one.broker,
    `${one.resource} ${one.name}`,
    one.setting ?? 'is missing',
    one.found ?? '-',
    one.wanted,
    one.change,
  ]);
  const titles = ['BROKER', 'WHAT', 'SETTING', 'FOUND', 'WANTED', 'CHANGE'];
  const reasons = differences.flatMap(({ name, setting, why }) =>
    why === undefined ? [] : [`${name} ${setting ?? ''}: ${why}.`],
  );
  return [...table(titles, rows), ...(reasons.length > 0 ? ['', ...reasons] : [])];
}
