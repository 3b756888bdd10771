import { CliError } from '../cli-error.js';
import type { Command, Terminal } from '../command.js';
import { confirm } from '../confirm.js';
import { brokersOf, type Broker } from './brokers.js';
import { help } from './help.js';
import { readOptions, type Options } from './options.js';
import { differenceTable, type Found } from './views.js';

/** What the brokers have otherwise than the code, shown and mended. */
export const topology: Command = {
  name: 'topology',
  summary: 'topics, exchanges and queues against the code: diff, apply',
  async run(args, terminal) {
    const options = readOptions(args);
    if (options === null) {
      terminal.say(help);
      return 0;
    }
    const brokers = brokersOf(terminal.env, options.broker);
    const found = (await Promise.all(brokers.map(differencesAt))).flat();
    const compared = { found, brokers };
    return options.action === 'diff'
      ? showDifferences(compared, options, terminal)
      : apply(compared, options, terminal);
  },
};

interface Compared {
  readonly brokers: readonly Broker[];
  readonly found: readonly Found[];
}

const undescribed = 'Queues of groups are made and checked by the services that read them.';

function showDifferences(
  { brokers, found }: Compared,
  { json }: Options,
  { say }: Terminal,
): number {
  if (json) say(JSON.stringify(found, null, 2));
  else if (found.length === 0) say('Nothing differs.');
  else differenceTable(found).forEach(say);
  if (!json && brokers.some(({ name }) => name === 'amqp')) say(undescribed);
  return found.length > 0 ? 1 : 0;
}

async function apply(compared: Compared, options: Options, terminal: Terminal): Promise<number> {
  const { brokers, found } = compared;
  const safe = found.filter(({ change }) => change === 'safe').length;
  const { json, yes } = options;
  if (!json) showDifferences(compared, options, terminal);
  if (safe > 0 && !yes) await confirm(`Make ${safe} changes?`, 'diff to look first');
  const results = await Promise.all(
    (safe > 0 ? brokers : []).map((broker) => reaching(broker, () => broker.apply())),
  );
  const applied = results.flatMap((result) => result.applied);
  const left = safe > 0 ? results.flatMap((result) => result.left) : found;
  if (json) terminal.say(JSON.stringify({ applied, left }, null, 2));
  else if (found.length > 0) terminal.say(`\nChanged: ${applied.length}, left: ${left.length}`);
  return left.length > 0 ? 1 : 0;
}

async function differencesAt(broker: Broker): Promise<Found[]> {
  const differences = await reaching(broker, () => broker.diff());
  return differences.map((difference) => ({ broker: broker.name, ...difference }));
}

async function reaching<T>({ name }: Broker, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new CliError(`${name} could not be asked: ${(cause as Error).message}`, 1, { cause });
  }
}
