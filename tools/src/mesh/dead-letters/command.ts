import { CliError } from '../cli-error.js';
import type { Command, Terminal } from '../command.js';
import { readEndpoints } from '../endpoints.js';
import { operatorToken } from '../operator-token.js';
import { act } from './act.js';
import { DeadLetterClient } from './client.js';
import { exportLetters } from './export.js';
import { help } from './help.js';
import { readOptions, type Options } from './options.js';
import { showAudit, showList, showStats, showWhole } from './views.js';

export type Action = (
  services: readonly DeadLetterClient[],
  options: Options,
  terminal: Terminal,
) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  list: showList,
  show: showWhole,
  redrive: act('redrive'),
  discard: act('discard'),
  export: exportLetters,
  stats: showStats,
  audit: showAudit,
};

/** Dead letters of all services: looked at, replayed, given up. */
export const deadLetters: Command = {
  name: 'dead-letters',
  summary: 'events that could not be handled: list, show, redrive, discard, export, stats, audit',
  async run([name, ...args], terminal) {
    if (name === undefined || name === '--help' || name === '-h') {
      terminal.say(help);
      return 0;
    }
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      throw new CliError(`dead-letters can't "${name}".\n\n${help}`, 2);
    }
    const options = readOptions(args);
    if (options.help) {
      terminal.say(help);
      return 0;
    }
    return action(await servicesOf(options, terminal), options, terminal);
  },
};

/** Those that keep dead letters; the ones that are named, where some are. */
async function servicesOf(
  { service, letters }: Options,
  { env }: Terminal,
): Promise<DeadLetterClient[]> {
  const endpoints = readEndpoints(env);
  const wanted = new Set([...(service ? [service] : []), ...letters.map((one) => one.service)]);
  for (const name of wanted) {
    if (endpoints[name]?.['management'] !== undefined) continue;
    const there = Object.keys(endpoints).join(', ');
    throw new CliError(`There is no service "${name}"; there are ${there}`, 2);
  }
  const token = await operatorToken(endpoints, env);
  const clients = Object.entries(endpoints).flatMap(([name, { management }]) =>
    management !== undefined && (wanted.size === 0 || wanted.has(name))
      ? [new DeadLetterClient(name, management, token)]
      : [],
  );
  const offered = await Promise.all(clients.map((client) => client.offered()));
  const keeping = clients.filter((_, at) => offered[at]);
  if (keeping.length === 0) throw new CliError(`${[...wanted].join(', ')} keeps no dead letters`);
  return keeping;
}
