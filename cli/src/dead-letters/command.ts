import { CliError } from '../cli-error.js';
import type { Command, Terminal } from '../command.js';
import { readEndpoints } from '../endpoints.js';
import { operatorToken } from '../operator-token.js';
import { act } from './act.js';
import type { Action } from './action.js';
import { DeadLetterClient, UnansweredError } from './client.js';
import { exportLetters } from './export.js';
import { help } from './help.js';
import { readOptions, type Options } from './options.js';
import { showAudit, showList, showStats, showWhole } from './views.js';

const actions: Readonly<Record<string, Action>> = {
  list: showList,
  show: showWhole,
  redrive: act('redrive'),
  discard: act('discard'),
  export: exportLetters,
  stats: showStats,
  audit: showAudit,
};

/** Dead letters of all services: looked at, redriven, given up. */
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
      throw new CliError(
        `There is no command "${name}" of dead-letters. See npm run mesh -- dead-letters --help`,
        2,
      );
    }
    const options = readOptions(args);
    if (options.help) {
      terminal.say(help);
      return 0;
    }
    const { services, missing } = await servicesOf(options, terminal);
    const code = await action(services, options, terminal);
    return missing ? 1 : code;
  },
};

interface Found {
  readonly services: readonly DeadLetterClient[];
  /** One that nobody named does not answer. */
  readonly missing: boolean;
}

/** Those that keep dead letters; the ones that are named, where some are. */
async function servicesOf({ service, letters }: Options, terminal: Terminal): Promise<Found> {
  const endpoints = readEndpoints(terminal.env);
  const wanted = new Set([...(service ? [service] : []), ...letters.map((one) => one.service)]);
  for (const name of wanted) {
    if (endpoints[name]?.['management'] !== undefined) continue;
    const there = Object.keys(endpoints).join(', ');
    throw new CliError(`There is no service "${name}"; there are ${there}`, 2);
  }
  const token = await operatorToken(endpoints, terminal.env);
  const clients = Object.entries(endpoints).flatMap(([name, { management }]) =>
    management !== undefined && (wanted.size === 0 || wanted.has(name))
      ? [new DeadLetterClient(name, management, token)]
      : [],
  );
  let missing = false;
  const offers = clients.map((client) =>
    client.offered().catch((error: unknown) => {
      if (!(error instanceof UnansweredError) || wanted.has(client.service)) throw error;
      missing = true;
      terminal.warn(`${error.message}; its dead letters are missing here`);
      return false;
    }),
  );
  const offered = await Promise.all(offers);
  const services = clients.filter((_, at) => offered[at]);
  if (services.length === 0) {
    const asked = wanted.size === 0 ? 'No service' : [...wanted].join(', ');
    throw new CliError(`${asked} keeps ${wanted.size === 0 ? '' : 'no '}dead letters`);
  }
  return { services, missing };
}
